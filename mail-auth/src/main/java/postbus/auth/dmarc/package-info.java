/**
 * Does the domain that readers see stand behind the mail? DMARC, RFC 7489, with its successor's
 * (RFC 9989) way to a domain's owner: {@link postbus.auth.dmarc.Dmarc} evaluates, {@link
 * postbus.auth.dmarc.TreeWalk} finds who owns a domain.
 */
@NullMarked
package postbus.auth.dmarc;

import org.jspecify.annotations.NullMarked;
