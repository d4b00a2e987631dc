package postbus.router;

import postbus.accounts.Accounts;
import postbus.dns.DnsExchangers;
import postbus.site.LiveFiles;

/** Whom the routers ask. */
record Sources(
    LiveFiles files, DnsExchangers exchangers, OtrsAddresses queues, Accounts accounts) {}
