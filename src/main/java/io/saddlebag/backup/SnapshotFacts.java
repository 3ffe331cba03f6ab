package io.saddlebag.backup;

import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A snapshot as facts of an obligation, so that another process can read from it, or release it. */
final class SnapshotFacts {
    private static final String ID = "id";
    private static final String PROVIDER = "provider";
    private static final String SOURCE = "source.";
    private static final String FROZEN = "frozen.";
    private static final String AT = "at";
    private static final String CONSISTENCY = "consistency";
    private static final String OWN = "fact.";

    private SnapshotFacts() {}

    /** Of one that is going to be made. */
    static Map<String, String> intent(String id, String provider, List<Path> paths) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(ID, id);
        facts.put(PROVIDER, provider);
        for (int i = 0; i < paths.size(); i++) {
            facts.put(SOURCE + i, paths.get(i).toString());
        }
        return facts;
    }

    static Map<String, String> of(Snapshot snapshot) {
        Map<String, String> facts = intent(
                snapshot.id(),
                snapshot.provider(),
                snapshot.views().stream().map(Snapshot.View::source).toList());
        for (int i = 0; i < snapshot.views().size(); i++) {
            facts.put(FROZEN + i, snapshot.views().get(i).frozen().toString());
        }
        facts.put(AT, snapshot.at().toString());
        facts.put(CONSISTENCY, snapshot.consistency().name());
        snapshot.facts().forEach((k, v) -> facts.put(OWN + k, v));
        return facts;
    }

    static String id(Map<String, String> facts) {
        return fact(facts, ID);
    }

    static String provider(Map<String, String> facts) {
        return fact(facts, PROVIDER);
    }

    static List<Path> sources(Map<String, String> facts) {
        return numbered(facts, SOURCE);
    }

    /** Whether it was made; else no more is known than that it was to be. */
    static boolean isMade(Map<String, String> facts) {
        return facts.containsKey(FROZEN + 0);
    }

    /** One that was made. */
    static Snapshot snapshot(Map<String, String> facts) {
        List<Path> sources = sources(facts);
        List<Path> frozen = numbered(facts, FROZEN);
        List<Snapshot.View> views = new ArrayList<>();
        for (int i = 0; i < frozen.size(); i++) {
            views.add(new Snapshot.View(sources.get(i), frozen.get(i)));
        }
        Map<String, String> own = new HashMap<>();
        facts.forEach((key, value) -> {
            if (key.startsWith(OWN)) {
                own.put(key.substring(OWN.length()), value);
            }
        });
        return new Snapshot(
                id(facts),
                provider(facts),
                Consistency.valueOf(facts.getOrDefault(CONSISTENCY, Consistency.NONE.name())),
                true,
                Instant.parse(facts.getOrDefault(AT, Instant.EPOCH.toString())),
                Duration.ZERO,
                views,
                own);
    }

    private static List<Path> numbered(Map<String, String> facts, String prefix) {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; ; i++) {
            String path = facts.get(prefix + i);
            if (path == null) {
                return paths;
            }
            paths.add(Path.of(path));
        }
    }

    /** @throws IllegalStateException when it lacks */
    static String fact(Map<String, String> facts, String key) {
        String value = facts.get(key);
        if (value == null) {
            throw new IllegalStateException("an obligation without '" + key + "': " + facts);
        }
        return value;
    }
}
