"""Files from outside and files for keeps: read within bounds, whatever they hold. Standard library only."""
