/* Starts widgets of Wagtail's admin that Wagtail itself starts with scripts inside the page.
 *
 * The content security policy of the admin allows scripts in files alone, so the templates in
 * `templates/wagtailadmin/` and `templates/wagtail_localize/` say with data attributes what to start.
 * Stimulus, which Wagtail brings, tells when such an element appears, also in forms that are added
 * later. Loaded on every page of the admin, after Wagtail's own script. */

const starters = {
  date: (id, options) => window.initDateChooser(id, options),
  time: (id, options) => window.initTimeChooser(id, options),
  datetime: (id, options) => window.initDateTimeChooser(id, options),
  inlinePanel: (_id, options) => new window.InlinePanel(options),
  multipleChooserPanel: (_id, options) => new window.MultipleChooserPanel(options),
  chooserUrls: (_id, options) => {
    window.chooserUrls ??= options;
  },
  createTaskChooser: (id) => window.createTaskChooser(id),
};

// Choosers of pages, pictures, documents and records: classes that Wagtail keeps as globals.
function startChooser(name, id, options) {
  if (!/^[A-Z][A-Za-z]*Chooser$|^Chooser$/.test(name)) throw new Error(`${name} is no chooser`);
  return new window[name](id, options);
}

// Rows of a form can be moved, which connects their elements again.
const started = new WeakSet();

window.wagtail.app.register(
  'admin-widget',
  class extends window.StimulusModule.Controller {
    static values = { kind: String, input: String, options: Object };

    connect() {
      if (started.has(this.element)) return;
      started.add(this.element);
      const start = starters[this.kindValue] ?? startChooser.bind(null, this.kindValue);
      start(this.inputValue, this.optionsValue);
    }
  },
);
