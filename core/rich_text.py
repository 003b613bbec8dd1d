"""What editors may use in running text: links, emphasis and lists, no headings or colours."""

PARAGRAPH = ["bold", "italic", "link", "document-link", "ol", "ul"]
