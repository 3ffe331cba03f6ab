package io.saddlebag.journal;

import io.saddlebag.backup.Backups;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.host.Waiter;
import java.time.Clock;

/**
 * What backups of journals work with.
 *
 * @param chain what is known of journals
 * @param clock its zone is that of names (J11)
 */
public record JournalServices(Backups backups, Catalog catalog, JournalChain chain, Clock clock, Waiter waiter) {}
