"""Where the boxes and lines of a diagram lie on a grid of cells; pure."""
