/**
 * Who vouches for a mail: DKIM signatures, RFC 6376 with RFC 8301 and 8463. {@link
 * postbus.auth.dkim.Dkim} verifies; the canonical forms are those of the signer in {@code
 * mail-content}.
 */
@NullMarked
package postbus.auth.dkim;

import org.jspecify.annotations.NullMarked;
