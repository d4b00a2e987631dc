package postbus.mail;

import java.util.Locale;

/**
 * Which fields are left out of a header when a mail leaves.
 *
 * @param name of the fields, in any case
 * @param token what the body must begin with, in any case: a word or quoted string behind white
 *     space and comments, such as the authserv-id of Authentication-Results (RFC 8601, section
 *     2.2); empty if the name alone decides
 */
public record Removal(String name, String token) {

  public Removal {
    new HeaderField(name, token); // what is no field of a header cannot be left out of one
    name = name.toLowerCase(Locale.ROOT);
    token = token.toLowerCase(Locale.ROOT);
  }

  /** All fields of this name. */
  public static Removal of(String name) {
    return new Removal(name, "");
  }
}
