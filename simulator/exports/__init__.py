"""A run or a topology as other programs read it: spans, pages, diagrams, catalogues."""
