package postbus.ingress;

import postbus.log.ContentStore;
import postbus.site.Site;

/**
 * What all sessions of a server use.
 *
 * @param memory the bound of all contents in memory together
 */
record Services(
    Site site,
    RecipientDesk recipients,
    SenderDesk senders,
    LoginDesk logins,
    PolicyHealth health,
    GreetingPause greetingPause,
    Intake intake,
    ContentStore store,
    OctetBudget memory) {}
