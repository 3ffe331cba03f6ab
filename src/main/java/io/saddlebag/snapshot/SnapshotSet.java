package io.saddlebag.snapshot;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One snapshot of paths on which no single provider works: each path goes to the first provider that can, and the parts are
 * made one after another (W5, W23). Parts of one provider stay together, and are of one instant where it can do that; the
 * parts are not, so that the whole is consistent only while the source stands still. Either all parts are there, or none.
 * Thread-safe.
 */
public final class SnapshotSet implements SnapshotProvider {
    /** In route files. */
    public static final String NAME = "set";

    private static final String PART = "part.";
    private static final String PART_PROVIDER = ".provider";
    private static final String PART_FACT = ".fact.";

    private final List<SnapshotProvider> members;

    /** @param members in order of preference, all independent of their sources */
    public SnapshotSet(List<SnapshotProvider> members) {
        this.members = List.copyOf(members);
        if (!this.members.stream().allMatch(SnapshotProvider::independent)) {
            throw new IllegalArgumentException("a set is made of providers whose views are apart from their sources");
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Consistency consistency() {
        return Consistency.PER_FILE;
    }

    @Override
    public Consistency consistency(List<Path> paths) throws IOException {
        Map<SnapshotProvider, List<Path>> groups = groups(paths);
        if (groups.size() == 1) {
            // what else the set takes makes these no weaker
            return groups.keySet().iterator().next().consistency(paths);
        }
        Consistency weakest = Consistency.PER_FILE;
        for (Map.Entry<SnapshotProvider, List<Path>> group : groups.entrySet()) {
            weakest = weaker(weakest, group.getKey().consistency(group.getValue()));
        }
        return weakest;
    }

    @Override
    public boolean independent() {
        return true;
    }

    @Override
    public boolean keepsInodes(Snapshot snapshot) {
        try {
            return parts(snapshot).entrySet().stream()
                    .allMatch(part -> part.getKey().keepsInodes(part.getValue()));
        } catch (BackupException unknown) {
            return false;
        }
    }

    @Override
    public SnapshotProvider within(Duration longestFreeze) {
        return new SnapshotSet(
                members.stream().map(member -> member.within(longestFreeze)).toList());
    }

    @Override
    public Suitability suitability(Path path) throws IOException {
        List<String> refused = new ArrayList<>();
        for (SnapshotProvider member : members) {
            Suitability answer = member.suitability(path);
            if (answer.suitable()) {
                return new Suitability(true, path + " by " + member.name() + ": " + answer.reason());
            }
            refused.add(member.name() + ": " + answer.reason());
        }
        return new Suitability(false, String.join("; ", refused));
    }

    @Override
    public Suitability together(List<Path> paths) throws IOException {
        for (Map.Entry<SnapshotProvider, List<Path>> group : groups(paths).entrySet()) {
            Suitability answer = group.getKey().together(group.getValue());
            if (!answer.suitable()) {
                return new Suitability(false, group.getKey().name() + ": " + answer.reason());
            }
        }
        return SnapshotProvider.super.together(paths);
    }

    @Override
    public Snapshot create(String id, List<Path> paths) throws IOException {
        try (PreparedSnapshot prepared = prepare(id, paths)) {
            prepared.take();
            return prepared.finish();
        }
    }

    @Override
    public PreparedSnapshot prepare(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        Prepared prepared = new Prepared(id, paths, groups(paths));
        try {
            for (Map.Entry<SnapshotProvider, List<Path>> group : prepared.groups.entrySet()) {
                SnapshotProvider member = group.getKey();
                prepared.members.put(member, member.prepare(partId(id, member), group.getValue()));
            }
            return prepared;
        } catch (IOException | RuntimeException e) {
            attempt(prepared::close, e);
            throw e;
        }
    }

    /** All parts in their order, until one fails. */
    private final class Prepared implements PreparedSnapshot {
        private final String id;
        private final List<Path> paths;
        private final Map<SnapshotProvider, List<Path>> groups;
        private final Map<SnapshotProvider, PreparedSnapshot> members = new LinkedHashMap<>();
        private final Map<SnapshotProvider, Snapshot> parts = new LinkedHashMap<>();
        private boolean settled;

        Prepared(String id, List<Path> paths, Map<SnapshotProvider, List<Path>> groups) {
            this.id = id;
            this.paths = List.copyOf(paths);
            this.groups = groups;
        }

        @Override
        public void take() throws IOException {
            for (SnapshotProvider member : members.keySet()) {
                each(member, PreparedSnapshot::take);
            }
        }

        @Override
        public Snapshot finish() throws IOException {
            for (SnapshotProvider member : members.keySet()) {
                each(member, prepared -> parts.put(member, prepared.finish()));
            }
            Snapshot whole = joined(id, paths, parts);
            settled = true;
            return whole;
        }

        private void each(SnapshotProvider member, Phase phase) throws IOException {
            PreparedSnapshot prepared = members.get(member);
            try {
                if (prepared != null) {
                    phase.of(prepared);
                }
            } catch (IOException e) {
                throw SnapshotFailure.failed(id, paths, e);
            } catch (RuntimeException e) {
                // nobody knows what it left
                attempt(() -> member.discard(partId(id, member), groups.getOrDefault(member, paths)), e);
                throw e;
            }
        }

        /** Releases the parts that are there, too, unless all are. */
        @Override
        public void close() throws IOException {
            @Nullable IOException failure = null;
            for (PreparedSnapshot each : members.values()) {
                try {
                    each.close();
                } catch (IOException e) {
                    failure = SnapshotSet.joined(failure, e);
                }
            }
            if (!settled) {
                settled = true;
                List<Map.Entry<SnapshotProvider, Snapshot>> newestFirst = new ArrayList<>(parts.entrySet());
                Collections.reverse(newestFirst);
                for (Map.Entry<SnapshotProvider, Snapshot> part : newestFirst) {
                    try {
                        part.getKey().release(part.getValue());
                    } catch (IOException e) {
                        failure = SnapshotSet.joined(failure, e);
                    }
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    private Snapshot joined(String id, List<Path> paths, Map<SnapshotProvider, Snapshot> parts) {
        Map<Path, Path> frozen = new LinkedHashMap<>();
        Map<String, String> facts = new LinkedHashMap<>();
        Consistency consistency = Consistency.PER_FILE;
        int number = 0;
        for (Snapshot part : parts.values()) {
            part.views().forEach(view -> frozen.put(view.source(), view.frozen()));
            String prefix = PART + number++;
            facts.put(prefix + PART_PROVIDER, part.provider());
            part.facts().forEach((key, value) -> facts.put(prefix + PART_FACT + key, value));
            consistency = weaker(consistency, part.consistency());
        }
        List<Snapshot.View> views = paths.stream()
                .map(path -> new Snapshot.View(path, frozen.getOrDefault(path, path)))
                .toList();
        List<Snapshot> all = List.copyOf(parts.values());
        Instant first = all.get(0).at();
        Snapshot last = all.get(all.size() - 1);
        Duration sum = all.stream().map(Snapshot::took).reduce(Duration.ZERO, Duration::plus);
        Duration span = Duration.between(first, last.at()).plus(last.took());
        // the wall clock may have been set back between the parts
        Duration took = span.compareTo(sum) > 0 ? span : sum;
        // whoever writes to all of them may wait for one after the other
        Optional<Duration> held = all.stream()
                .map(Snapshot::frozen)
                .reduce(Optional.of(Duration.ZERO), (a, b) -> a.flatMap(one -> b.map(one::plus)));
        return new Snapshot(id, NAME, consistency, true, first, took, held, views, facts);
    }

    @Override
    public RoomGauge room(List<Path> sources) throws IOException {
        List<RoomGauge> gauges = new ArrayList<>();
        for (Map.Entry<SnapshotProvider, List<Path>> group : groups(sources).entrySet()) {
            gauges.add(group.getKey().room(group.getValue()));
        }
        return () -> {
            List<SharedRoom> rooms = new ArrayList<>();
            for (RoomGauge gauge : gauges) {
                rooms.addAll(gauge.look());
            }
            return rooms;
        };
    }

    @Override
    public void requireIntact(Snapshot snapshot) throws IOException {
        for (Map.Entry<SnapshotProvider, Snapshot> part : parts(snapshot).entrySet()) {
            part.getKey().requireIntact(part.getValue());
        }
    }

    @Override
    public boolean outlivesProcess(Snapshot snapshot) {
        try {
            return parts(snapshot).entrySet().stream()
                    .allMatch(part -> part.getKey().outlivesProcess(part.getValue()));
        } catch (BackupException unknown) {
            return false;
        }
    }

    @Override
    public void reopen(Snapshot snapshot) throws IOException {
        for (Map.Entry<SnapshotProvider, Snapshot> part : parts(snapshot).entrySet()) {
            part.getKey().reopen(part.getValue());
        }
    }

    @Override
    public List<CoveredComponent> confirm(Snapshot snapshot) throws IOException {
        List<CoveredComponent> covered = new ArrayList<>();
        @Nullable IOException failure = null;
        for (Map.Entry<SnapshotProvider, Snapshot> part : parts(snapshot).entrySet()) {
            try {
                covered.addAll(part.getKey().confirm(part.getValue()));
            } catch (IOException e) {
                failure = joined(failure, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return covered;
    }

    @Override
    public void release(Snapshot snapshot) throws IOException {
        List<Map.Entry<SnapshotProvider, Snapshot>> newestFirst =
                new ArrayList<>(parts(snapshot).entrySet());
        Collections.reverse(newestFirst);
        @Nullable IOException failure = null;
        for (Map.Entry<SnapshotProvider, Snapshot> part : newestFirst) {
            try {
                part.getKey().release(part.getValue());
            } catch (IOException e) {
                failure = joined(failure, e);
            }
        }
        if (failure != null) {
            throw SnapshotFailure.notReleased(snapshot.id(), failure);
        }
    }

    @Override
    public void discard(String id, List<Path> paths) throws IOException {
        Snapshot.checkId(id);
        @Nullable IOException failure = null;
        for (SnapshotProvider member : members) {
            try {
                member.discard(partId(id, member), paths);
            } catch (IOException e) {
                failure = joined(failure, e);
            }
        }
        if (failure != null) {
            throw SnapshotFailure.notReleased(id, failure);
        }
    }

    /** By the provider that takes them, in order of the paths. */
    private Map<SnapshotProvider, List<Path>> groups(List<Path> paths) throws IOException {
        Map<SnapshotProvider, List<Path>> groups = new LinkedHashMap<>();
        for (Path path : paths) {
            groups.computeIfAbsent(memberFor(path), member -> new ArrayList<>()).add(path);
        }
        return groups;
    }

    private SnapshotProvider memberFor(Path path) throws IOException {
        List<String> refused = new ArrayList<>();
        for (SnapshotProvider member : members) {
            Suitability answer = member.suitability(path);
            if (answer.suitable()) {
                return member;
            }
            refused.add(member.name() + ": " + answer.reason());
        }
        throw SnapshotFailure.unsuitable(
                "no snapshot provider works for " + path
                        + refused.stream().collect(Collectors.joining("\n  ", "\n  ", "")),
                "Leave that path out, move it to a file system that can be snapshotted, or use provider none.");
    }

    private Map<SnapshotProvider, Snapshot> parts(Snapshot whole) throws BackupException {
        Map<SnapshotProvider, Snapshot> parts = new LinkedHashMap<>();
        for (int i = 0; whole.facts().containsKey(PART + i + PART_PROVIDER); i++) {
            SnapshotProvider member =
                    named(whole.id(), String.valueOf(whole.facts().get(PART + i + PART_PROVIDER)));
            String prefix = PART + i + PART_FACT;
            Map<String, String> facts = new LinkedHashMap<>();
            whole.facts().forEach((key, value) -> {
                if (key.startsWith(prefix)) {
                    facts.put(key.substring(prefix.length()), value);
                }
            });
            parts.put(
                    member,
                    new Snapshot(
                            partId(whole.id(), member),
                            member.name(),
                            whole.consistency(),
                            true,
                            whole.at(),
                            whole.took(),
                            List.of(),
                            facts));
        }
        return parts;
    }

    private SnapshotProvider named(String id, String name) throws BackupException {
        for (SnapshotProvider member : members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        throw new BackupException(
                SnapshotFault.NOT_RELEASED,
                "snapshot " + id + " was not released: a part of it was made by provider '" + name
                        + "', which this process hasn't got",
                "Release it where it was made.");
    }

    /** Of its own for each provider: what one left is no business of another, even at the same place. */
    private static String partId(String id, SnapshotProvider member) {
        return id + "-" + member.name();
    }

    private static Consistency weaker(Consistency a, Consistency b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private interface Phase {
        void of(PreparedSnapshot part) throws IOException;
    }

    private interface Undoing {
        void run() throws IOException;
    }

    private static void attempt(Undoing undoing, Exception first) {
        try {
            undoing.run();
        } catch (IOException | RuntimeException e) {
            first.addSuppressed(e);
        }
    }

    private static IOException joined(@Nullable IOException first, IOException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
