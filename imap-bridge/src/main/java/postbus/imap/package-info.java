@NullMarked
package postbus.imap;

import org.jspecify.annotations.NullMarked;
