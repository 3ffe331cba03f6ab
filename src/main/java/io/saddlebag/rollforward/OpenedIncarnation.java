package io.saddlebag.rollforward;

import io.saddlebag.host.HostFiles;
import io.saddlebag.incarnation.Incarnation;
import io.saddlebag.incarnation.IncarnationLog;
import io.saddlebag.recovery.LogPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An incarnation that begins when restored files take a database's place. It is owed to the catalog before that; whether it happened, whatever
 * died, is told by the file or folder that is in that place then.
 *
 * @param main the database's main part
 * @param key which file or folder is to be there
 */
record OpenedIncarnation(String database, Path main, String key, Incarnation incarnation) {
    static OpenedIncarnation of(HostFiles files, String database, Path main, Path staged, Incarnation incarnation)
            throws IOException {
        return new OpenedIncarnation(database, main, files.status(staged).key().toString(), incarnation);
    }

    static OpenedIncarnation of(Map<String, String> facts) {
        return new OpenedIncarnation(
                fact(facts, "database"),
                Path.of(fact(facts, "main")),
                fact(facts, "key"),
                new Incarnation(
                        Long.parseLong(fact(facts, "number")),
                        Long.parseLong(fact(facts, "parent")),
                        LogPosition.parse(fact(facts, "reset")),
                        Long.parseLong(fact(facts, "sequence")),
                        null,
                        null,
                        facts.getOrDefault("cause", "")));
    }

    private static String fact(Map<String, String> facts, String name) {
        return Objects.requireNonNull(facts.get(name), name);
    }

    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("database", database);
        facts.put("main", main.toString());
        facts.put("key", key);
        facts.put("number", Long.toString(incarnation.number()));
        facts.put("parent", Long.toString(incarnation.parent()));
        facts.put("reset", String.valueOf(incarnation.reset()));
        facts.put("sequence", Long.toString(incarnation.sequence()));
        facts.put("cause", incarnation.cause());
        return facts;
    }

    /**
     * Records it when it has begun. Idempotent.
     *
     * @return whether it has
     */
    boolean settle(HostFiles files, IncarnationLog log, Clock clock) throws IOException {
        if (!files.exists(main) || !files.status(main).key().toString().equals(key)) {
            return false;
        }
        boolean recorded = log.list(database).stream().anyMatch(each -> each.number() == incarnation.number());
        if (!recorded) {
            log.record(
                    database,
                    new Incarnation(
                            incarnation.number(),
                            incarnation.parent(),
                            incarnation.reset(),
                            incarnation.sequence(),
                            clock.instant(),
                            null,
                            incarnation.cause()));
        }
        return true;
    }
}
