"""The book: the course as a website in both languages, made from the built notebooks by Sphinx and myst-nb.

`pages` makes one language's notebooks for it, without solutions and hidden tests; `headings` names its sections,
`pictures` stores its figures once, `live` brings its widgets to life, `questions` makes predictions answerable by a
click, `appendix` adds contents, glossary and references; `site` is the extension of Sphinx, `search` what its pages
look things up in, and `theme/` what they look like, as pages and as slides; `printing` makes PDFs of both. Nothing is
executed.
"""
