"""The reads. Each returns frozen rows ready to render and shows only what the actor may see."""
