/**
 * The site folder: read into values, checked with file, line and what was expected, and watched.
 *
 * <p>A wrong site stops the start. A file that turns wrong while running keeps its last good
 * version in force, and says so once.
 */
@NullMarked
package postbus.site;

import org.jspecify.annotations.NullMarked;
