"""What the brain is about: releases, kinds of control, tasks and budgets. Imports nothing but Python."""
