"""Pictures from files: the parts of a file -> pixels -> the picture as the dataset's own ones are drawn."""
