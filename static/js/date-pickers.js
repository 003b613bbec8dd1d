// The date pickers of the admin leave what was typed alone.
//
// By default they replace a text that they cannot read by the present moment when the field loses
// the focus, and a turn of the mouse wheel changes it. What was typed is for the server to read.
(() => {
  const { datetimepicker } = window.jQuery?.fn ?? {};
  if (!datetimepicker) return;
  datetimepicker.defaults.validateOnBlur = false;
  datetimepicker.defaults.scrollInput = false;
})();
