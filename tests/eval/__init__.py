"""How well prompts are read: a set of them through the whole pipeline, by the offline engine and by language models.

make eval                          with a model that recites what is expected: shows that everything works
make eval CATALOGUE=models.yaml    with the models of a catalogue, for money
make eval CATALOGUE=models.yaml PROVIDERS=azure
"""
