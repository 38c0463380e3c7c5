"""One module a resource. A router parses, calls the layer below and answers; it holds no rule."""
