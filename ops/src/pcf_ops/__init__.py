"""Two regions: which one answers, whether the other could, and the change from one to the other."""
