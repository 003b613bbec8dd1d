"""Type-ahead pickers in the admin: a field that names records of a large table.

A `<select>` with thousands of options is slow and loses its selection with one click. A picker
shows what is chosen as chips and asks the server for what fits the typed text. An app registers one
`Picker` per model in its `pickers.py`; from then on every admin form uses it for foreign keys and
many-to-many fields to that model.

- `registry`: what a picker is, and which model has one
- `widgets`: the form widgets
- `fields`: which widget a model field gets, and who looks at a form
- `matching`: comparing typed words with names
- `views`: the endpoint that answers while somebody types

Considered and not used: wagtail-autocomplete 1.0 (its endpoint shows the rows of any model to
everybody with admin access, found by one field, without notes), Tom Select 2.6 (takes the Enter of
a Japanese input method for a choice; buttons on chips cannot be reached with Tab).
"""
