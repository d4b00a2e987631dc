/**
 * May this host send mail of this domain? SPF, RFC 7208, whole: {@link postbus.auth.spf.Spf} asks,
 * {@link postbus.auth.spf.SpfSyntax} reads records.
 */
@NullMarked
package postbus.auth.spf;

import org.jspecify.annotations.NullMarked;
