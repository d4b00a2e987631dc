package postbus.mail;

/**
 * Where the content store keeps a large content (claim check): a name in the store, not a path.
 *
 * @param name letters, digits, dots and hyphens only, so that it can never leave the store
 */
public record ContentRef(String name) {

  public ContentRef {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,99}")) {
      throw new IllegalArgumentException("not a content reference: " + name);
    }
  }
}
