package io.saddlebag.store.jdbc;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on what went wrong, and keeps Flyway's chatter about what it looks at out of the host's log. */
public final class QuietFlywayLog implements LogCreator {
    /** Called by Flyway, by name. */
    public QuietFlywayLog() {}

    @Override
    public Log createLogger(Class<?> source) {
        Logger log = LoggerFactory.getLogger(source);
        return new Log() {
            // without a body in Flyway's older versions, which some hosts bring
            @Override
            @SuppressWarnings("deprecation")
            public boolean isDebugEnabled() {
                return false;
            }

            @Override
            public void debug(String message) {
                // each statement of each migration: of use to Flyway's authors
            }

            @Override
            public void info(String message) {
                log.debug(message);
            }

            @Override
            public void notice(String message) {
                log.debug(message);
            }

            @Override
            public void warn(String message) {
                log.warn(message);
            }

            @Override
            public void error(String message) {
                log.error(message);
            }

            @Override
            public void error(String message, Exception failure) {
                log.error(message, failure);
            }
        };
    }
}
