/** Mail exchangers by DNS, as RFC 5321, section 5.1, and RFC 7505 (null MX) have it. */
@NullMarked
package postbus.dns;

import org.jspecify.annotations.NullMarked;
