package io.saddlebag.incarnation;

import io.saddlebag.fault.BackupException;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All incarnations of one database that are known, and the one that counts (R9). Immutable.
 *
 * <p>A <em>line</em> is an incarnation with its parents up to the first one: its direct ancestral path. Each of them counts up to where
 * the next one went off. A state off the line of the current incarnation is an orphan (R10): no recovery to now goes past it, but it
 * can be restored by itself.
 */
public final class Incarnations {
    private final SortedMap<Long, Incarnation> all;
    private final long current;

    /** What an incarnation is to the current one. */
    public enum Kinship {
        CURRENT,
        /** On the current one's path. */
        PARENT,
        /** Not on its path. */
        ORPHAN
    }

    private Incarnations(SortedMap<Long, Incarnation> all, long current) {
        this.all = all;
        this.current = current;
    }

    /**
     * Parents that are named and not given are taken to be first ones.
     *
     * @param current number of the one that counts: the newest, unless somebody reset the database to another one
     * @throws BackupException {@link IncarnationFault#UNKNOWN} when the current one isn't among them
     * @throws IllegalArgumentException when two have one number, or one is its own ancestor
     */
    public static Incarnations of(Collection<Incarnation> given, long current) throws BackupException {
        SortedMap<Long, Incarnation> all = new TreeMap<>();
        for (Incarnation each : given) {
            if (all.put(each.number(), each) != null) {
                throw new IllegalArgumentException("incarnation " + each.number() + " twice");
            }
        }
        for (Incarnation each : given) {
            if (each.parent() > 0) {
                all.putIfAbsent(each.parent(), Incarnation.root(each.parent()));
            }
        }
        Incarnations found = new Incarnations(all, current);
        for (long number : all.keySet()) {
            found.path(number);
        }
        found.require(current);
        return found;
    }

    /** By number. */
    public List<Incarnation> all() {
        return List.copyOf(all.values());
    }

    public Incarnation current() {
        return Optional.ofNullable(all.get(current)).orElseThrow();
    }

    /** The highest number there is. */
    public long highest() {
        return all.lastKey();
    }

    public Optional<Incarnation> find(long number) {
        return Optional.ofNullable(all.get(number));
    }

    /** @throws BackupException {@link IncarnationFault#UNKNOWN} listing those that there are */
    public Incarnation require(long number) throws BackupException {
        Incarnation found = all.get(number);
        if (found == null) {
            throw new BackupException(
                    IncarnationFault.UNKNOWN,
                    "there is no incarnation " + number + "; there are " + numbers(all.values()),
                    "Name one of those; 'saddlebag incarnation list DATABASE' tells more of them.");
        }
        return found;
    }

    /** The direct ancestral path of an incarnation: the first one, its children up to it, and it. */
    public List<Incarnation> path(long line) {
        List<Incarnation> path = new ArrayList<>();
        for (Incarnation each = all.get(line); each != null; each = all.get(each.parent())) {
            path.add(each);
            if (path.size() > all.size()) {
                throw new IllegalArgumentException("incarnation " + line + " is its own ancestor");
            }
        }
        Collections.reverse(path);
        return List.copyOf(path);
    }

    /**
     * How far that incarnation counts on a line: where the next one of the line went off it.
     *
     * @return empty for the line's own, which counts as far as it goes, and for one that isn't on the line
     */
    public Optional<LogPosition> endOnLine(long line, long number) {
        List<Incarnation> path = path(line);
        for (int i = 0; i + 1 < path.size(); i++) {
            if (path.get(i).number() == number) {
                return Optional.ofNullable(path.get(i + 1).reset());
            }
        }
        return Optional.empty();
    }

    /** Whether a database on that line was in this state once. */
    public boolean isOnLine(long line, StatePoint state) {
        if (path(line).stream().noneMatch(each -> each.number() == state.incarnation())) {
            return false;
        }
        return endOnLine(line, state.incarnation())
                .map(end -> !state.position().isAfter(end))
                .orElse(true);
    }

    /** Whether it isn't on the line of the current incarnation (R10). */
    public boolean isOrphan(StatePoint state) {
        return !isOnLine(current, state);
    }

    public Kinship kinship(long number) {
        if (number == current) {
            return Kinship.CURRENT;
        }
        boolean ancestor = path(current).stream().anyMatch(each -> each.number() == number);
        return ancestor ? Kinship.PARENT : Kinship.ORPHAN;
    }

    /**
     * Which line is meant by a place in the log: the current one for a place of its own, else the one that was named. A line has the
     * places of its ancestors, as far as they count.
     *
     * @param named by the request, or by a reset of the database to it; null for none
     * @return number of the line
     * @throws BackupException {@link IncarnationFault#AMBIGUOUS} when several have that place, {@link IncarnationFault#OUTSIDE} when it
     *     lies before the current incarnation and none was named, {@link IncarnationFault#UNKNOWN} when the named one isn't known
     */
    public long lineOf(LogPosition place, @Nullable Long named) throws BackupException {
        if (named != null) {
            return require(named).number();
        }
        LogPosition reset = current().reset();
        if (reset == null || !reset.isAfter(place)) {
            return current;
        }
        List<Incarnation> having =
                all.values().stream().filter(each -> each.has(place)).toList();
        if (having.size() > 1) {
            throw new BackupException(
                    IncarnationFault.AMBIGUOUS,
                    place + " is a place of incarnations " + numbers(having) + ", and none was named",
                    "Name the one that is meant with --incarnation, or reset the database to it with 'saddlebag incarnation"
                            + " reset'.");
        }
        throw outside(place + " lies before incarnation " + current + ", which began at " + reset, having);
    }

    /** As {@link #lineOf(LogPosition, Long)}, by an instant: each incarnation has those from its opening on. */
    public long lineOf(Instant instant, @Nullable Long named) throws BackupException {
        if (named != null) {
            return require(named).number();
        }
        Incarnation own = current();
        Instant opened = own.opened();
        if (own.parent() == 0 || (opened != null && !instant.isBefore(opened))) {
            return current;
        }
        List<Incarnation> before = all.values().stream()
                .filter(each -> each.number() != current)
                .filter(each -> {
                    Instant began = each.opened();
                    return began == null || !instant.isBefore(began);
                })
                .toList();
        throw outside(
                instant + (opened == null ? " may lie" : " lies") + " before incarnation " + current + " was opened"
                        + (opened == null ? "" : ", at " + opened),
                before);
    }

    private static BackupException outside(String what, List<Incarnation> having) {
        return new BackupException(
                IncarnationFault.OUTSIDE,
                what + (having.isEmpty() ? "" : "; it may be of " + numbers(having)),
                "Name the incarnation whose history is meant with --incarnation, or reset the database to it with 'saddlebag"
                        + " incarnation reset'.");
    }

    private static String numbers(Collection<Incarnation> some) {
        return some.stream().map(each -> Long.toString(each.number())).collect(Collectors.joining(", "));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Incarnations same && same.current == current && same.all.equals(all);
    }

    @Override
    public int hashCode() {
        return Map.copyOf(all).hashCode() + Long.hashCode(current);
    }

    @Override
    public String toString() {
        return all.values() + ", current " + current;
    }
}
