/**
 * What a mail claims about where it comes from, and what of it is true: {@code spf}, {@code dkim},
 * {@code dmarc}. Knows no service; DNS is what it is given.
 */
@NullMarked
package postbus.auth;

import org.jspecify.annotations.NullMarked;
