/**
 * Drains the lanes of the pools over SMTP. {@link postbus.delivery.DeliveryStage} is where mails
 * come in from the log; {@link postbus.delivery.Pool} hands them to their site, {@link
 * postbus.delivery.SiteQueue} lets them wait for one of the site's sessions, {@link
 * postbus.delivery.SiteSession} sends them, {@link postbus.delivery.Conclusion} decides what
 * follows.
 */
@NullMarked
package postbus.delivery;

import org.jspecify.annotations.NullMarked;
