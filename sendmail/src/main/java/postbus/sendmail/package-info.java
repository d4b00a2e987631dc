/**
 * The command {@code sendmail} that local software submits mail with. It is started for each mail,
 * so it has few classes, and parses its own options.
 */
@NullMarked
package postbus.sendmail;

import org.jspecify.annotations.NullMarked;
