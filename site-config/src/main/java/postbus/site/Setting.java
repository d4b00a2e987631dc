package postbus.site;

/**
 * One setting that the reader of {@code postbus.yaml} knows; {@code docs/site.md} lists them all.
 *
 * @param key with its section, such as {@code sessions.size-max}; {@code NAME} where the site
 *     chooses the name
 * @param expected what a value may be, with its unit and range
 * @param otherwise what holds where the site says nothing
 */
record Setting(String key, String expected, String otherwise) {
  static final String REQUIRED = "required";
  static final String NONE = "none";
}
