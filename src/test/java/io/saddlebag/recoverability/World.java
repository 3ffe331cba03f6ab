package io.saddlebag.recoverability;

import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A database that commits, closes journals, is backed up, and is brought back to an earlier state now and then; and a recovery that
 * tries every backup with every journal. It knows what each journal really holds; what is worked out from the catalog is held against it.
 */
final class World {
    /** How much the catalog knows of where journals belong. */
    enum Knowing {
        POSITIONS,
        NUMBERS,
        TIMES
    }

    private static final int LOG_BEGINS = 100;
    private static final int STEPS = 70;

    record Commit(int transaction, long time) {}

    /** All commits on its path, its ancestors' first; the index is the place in the log. */
    static final class History {
        final long incarnation;
        final int branchedAt;
        final List<Commit> commits;
        private final long firstSequence;

        History(long incarnation, int branchedAt, List<Commit> commits, long firstSequence) {
            this.incarnation = incarnation;
            this.branchedAt = branchedAt;
            this.commits = new ArrayList<>(commits);
            this.firstSequence = firstSequence;
        }

        /** How many commits the state of that time has. */
        int lengthAt(long time) {
            int length = 0;
            while (length < commits.size() && commits.get(length).time() <= time) {
                length++;
            }
            return length;
        }
    }

    record Journal(
            JournalId id,
            int from,
            int start,
            List<Commit> commits,
            long closed,
            @Nullable HeldImage image) {
        int end() {
            return start + commits.size();
        }
    }

    record Copied(Base base, History of, int start, int length) {}

    final Knowing knowing;
    final boolean parts;
    final List<History> histories = new ArrayList<>();
    final List<Branch> branches = new ArrayList<>();
    final List<Journal> journals = new ArrayList<>();
    final List<Copied> copies = new ArrayList<>();
    final List<Link> chain = new ArrayList<>();
    long clock = 1000;
    private final Random random;
    private final List<Journal> closedNotStored = new ArrayList<>();
    private final List<Journal> everClosed = new ArrayList<>();
    private final Map<Long, Long> parents = new HashMap<>();
    private History now;
    private int currentStart;
    private int currentFrom;
    private long sequence = 7;
    private int transactions;
    private long backups;

    World(long seed) {
        random = new Random(seed);
        knowing = Knowing.values()[random.nextInt(Knowing.values().length)];
        parts = knowing != Knowing.POSITIONS && random.nextBoolean();
        now = new History(1, 0, List.of(), sequence);
        histories.add(now);
        for (int step = 0; step < STEPS; step++) {
            step();
        }
    }

    Known known() {
        return new Known(
                "orders",
                Known.Kind.DATABASE,
                copies.stream().map(Copied::base).toList(),
                chain,
                branches,
                List.of(),
                true);
    }

    private void step() {
        clock++;
        int what = random.nextInt(40);
        if (what < 22) {
            now.commits.add(new Commit(transactions++, clock));
        } else if (what < 29) {
            close();
        } else if (what < 33) {
            store();
        } else if (what < 37) {
            copy();
        } else if (what == 37 && now.commits.size() > 2) {
            reset(1 + random.nextInt(now.commits.size() - 1));
        } else if (parts && now.commits.size() > currentStart + currentFrom) {
            part();
        }
    }

    /** The current journal is closed; nothing when it holds nothing. */
    private void close() {
        if (now.commits.size() > currentStart) {
            if (now.commits.size() > currentStart + currentFrom) {
                part();
            }
            sequence++;
            currentStart = now.commits.size();
            currentFrom = 0;
        }
    }

    private void part() {
        int start = currentStart + currentFrom;
        List<Commit> commits = List.copyOf(now.commits.subList(start, now.commits.size()));
        long closed =
                random.nextBoolean() ? clock : commits.get(commits.size() - 1).time();
        Journal made = new Journal(new JournalId(now.incarnation, sequence), currentFrom, start, commits, closed, null);
        closedNotStored.add(made);
        everClosed.add(made);
        currentFrom += commits.size();
    }

    private void store() {
        if (closedNotStored.isEmpty()) {
            return;
        }
        HeldImage image = image();
        for (Journal each : closedNotStored) {
            int fate = random.nextInt(20);
            // an unrecorded hole at the very end of a journal can't be told from its end
            boolean told = fate == 0 || (fate == 1 && parts);
            if (told || fate == 2) {
                chain.add(link(each, null, fate == 2));
            } else if (fate != 1) {
                journals.add(new Journal(each.id(), each.from(), each.start(), each.commits(), each.closed(), image));
                chain.add(link(each, image, false));
            }
        }
        closedNotStored.clear();
    }

    private Link link(Journal journal, @Nullable HeldImage image, boolean broken) {
        boolean positions = knowing == Knowing.POSITIONS && image != null;
        return new Link(
                journal.id(),
                journal.from(),
                journal.commits().size(),
                positions ? LOG_BEGINS + journal.start() : 0,
                positions ? LOG_BEGINS + journal.end() : 0,
                image == null ? Instant.EPOCH : at(journal.closed()),
                image,
                broken,
                false);
    }

    private HeldImage image() {
        List<HeldImage.Copy> stored = new ArrayList<>();
        for (int copies = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(2); copies > 0; copies--) {
            stored.add(
                    random.nextBoolean()
                            ? new HeldImage.Copy(set("v" + random.nextInt(3), "v" + random.nextInt(3)), Set.of())
                            : new HeldImage.Copy(Set.of(), Set.of("p" + random.nextInt(2))));
        }
        return new HeldImage(
                ++backups, stored, random.nextInt(3) == 0 ? set("k1", "k" + (1 + random.nextInt(2))) : Set.of());
    }

    private static Set<String> set(String... names) {
        return new HashSet<>(List.of(names));
    }

    static Instant at(long time) {
        return Instant.ofEpochSecond(time);
    }

    static Without without(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Without.NOTHING;
            case 1 -> new Without(Set.of("v" + random.nextInt(3)), Set.of(), Set.of());
            case 2 -> new Without(Set.of("v1"), Set.of("p" + random.nextInt(2)), Set.of());
            default -> new Without(Set.of(), Set.of(), Set.of("k1"));
        };
    }

    private void copy() {
        HeldImage image = image();
        int length = now.commits.size();
        boolean apart = knowing == Knowing.POSITIONS && random.nextInt(5) == 0;
        int start = apart ? Math.max(0, length - random.nextInt(4)) : length;
        LogPosition position = knowing == Knowing.POSITIONS ? scn(start) : null;
        copies.add(new Copied(
                new Base(
                        image.backup(),
                        at(clock),
                        1,
                        List.of(image),
                        new Base.Entry(
                                now.incarnation,
                                position,
                                knowing == Knowing.NUMBERS ? sequence : null,
                                apart && start < length ? scn(length) : null),
                        Proof.WRITTEN,
                        null),
                now,
                start,
                length));
    }

    private static LogPosition scn(int place) {
        return new LogPosition(LogPosition.Form.SCN, LOG_BEGINS + place);
    }

    /** Back to that many commits, and opened anew. */
    private void reset(int length) {
        close();
        History parent = now;
        while (parent.incarnation != 1 && length <= parent.branchedAt) {
            long up = parents.getOrDefault(parent.incarnation, 1L);
            parent = histories.stream()
                    .filter(each -> each.incarnation == up)
                    .findFirst()
                    .orElseThrow();
        }
        boolean anew = random.nextBoolean();
        long last = lastOf(parent, length);
        sequence = anew ? 1 : last + 1;
        long incarnation = histories.size() + 1L;
        now = new History(incarnation, length, parent.commits.subList(0, length), sequence);
        parents.put(incarnation, parent.incarnation);
        histories.add(now);
        currentStart = length;
        currentFrom = 0;
        branches.add(new Branch(incarnation, parent.incarnation, scn(length), last, sequence));
    }

    /** The parent's journal with the last commit that is of the common path. */
    private long lastOf(History parent, int length) {
        return everClosed.stream()
                .filter(each -> each.id().incarnation() == parent.incarnation && each.start() < length)
                .mapToLong(each -> each.id().sequence())
                .max()
                .orElse(parent.firstSequence - 1);
    }

    /** How many commits of that history a recovery from that backup gets, by trying every journal; -1 when it isn't of its path. */
    int reach(History target, Copied from, Without without) {
        if (!from.base().isReadable(without)
                || !isAncestor(from.of().incarnation, target.incarnation)
                || target.commits.size() < from.length()
                || !target.commits
                        .subList(0, from.length())
                        .equals(from.of().commits.subList(0, from.length()))) {
            return -1;
        }
        int at = from.start();
        for (boolean further = true; further; ) {
            further = false;
            for (Journal each : journals) {
                HeldImage image = each.image();
                if (image == null || !image.isReadable(without)) {
                    continue;
                }
                while (at < target.commits.size()
                        && each.start() <= at
                        && at < each.end()
                        && each.commits().get(at - each.start()).equals(target.commits.get(at))) {
                    at++;
                    further = true;
                }
            }
        }
        return at < from.length() ? -1 : at;
    }

    /** A copy of a child is one of the child, also when it is of the very moment at which that began. */
    private boolean isAncestor(long incarnation, long of) {
        return incarnation == of || (of != 1 && isAncestor(incarnation, parents.getOrDefault(of, 1L)));
    }
}
