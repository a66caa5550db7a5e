"""What can be typed: each file reads one command's line. The work is in `jobs`, imported when it is done."""
