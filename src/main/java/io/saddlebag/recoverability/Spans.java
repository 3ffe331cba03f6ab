package io.saddlebag.recoverability;

import io.saddlebag.journal.JournalId;
import io.saddlebag.recovery.JournalOffset;
import io.saddlebag.recovery.LogPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Puts the journals of a path of incarnations on one axis, on which each begins where the one before ends: by their places in the
 * database's log where those are known, else by their numbers.
 */
final class Spans {
    /** A place on the axis; {@code minor} counts bytes within a journal whose places in the log aren't known. */
    record Place(long major, long minor) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int by = Long.compareUnsigned(major, other.major);
            return by == 0 ? Long.compare(minor, other.minor) : by;
        }
    }

    /** From a place up to another one. */
    record Span(Place start, Place end, Link link) {
        static final Comparator<Span> ORDER = Comparator.comparing(Span::start).thenComparing(Span::end);
    }

    final Lineage lineage;
    private final Map<Long, Long> offsets = new HashMap<>();
    private final List<Span> spans = new ArrayList<>();

    private Spans(Lineage lineage) {
        this.lineage = lineage;
    }

    /** In order. */
    List<Span> all() {
        return spans;
    }

    static Spans byPosition(Known known, long target, Without without) {
        Spans made = new Spans(Lineage.of(target, known.branches(), branch -> branch.at() != null));
        for (Link link : known.chain()) {
            long incarnation = link.id().incarnation();
            if (link.hasExtent() && link.isReadable(without) && made.lineage.has(incarnation)) {
                Branch off = made.lineage.off(incarnation);
                long end = link.end();
                if (off != null) {
                    long at = Objects.requireNonNull(off.at()).value();
                    end = Long.compareUnsigned(at, end) < 0 ? at : end;
                }
                made.add(new Place(link.first(), 0), new Place(end, 0), link);
            }
        }
        made.spans.sort(Span.ORDER);
        return made;
    }

    static Spans byNumber(Known known, long target, Without without) {
        Spans made = new Spans(Lineage.of(
                target, known.branches(), branch -> branch.lastOfParent() != null && branch.firstOwn() != null));
        made.number();
        Map<JournalId, Long> lastParts = new HashMap<>();
        known.chain().forEach(link -> lastParts.merge(link.id(), link.from(), Math::max));
        for (Link link : known.chain()) {
            long incarnation = link.id().incarnation();
            if (!link.isReadable(without) || !made.lineage.has(incarnation)) {
                continue;
            }
            Branch off = made.lineage.off(incarnation);
            Long last = off == null ? null : off.lastOfParent();
            if (last == null || link.id().sequence() <= last) {
                Place start = made.place(link.id(), link.from());
                boolean whole = Objects.equals(lastParts.get(link.id()), link.from());
                made.add(
                        start,
                        whole ? made.place(link.id().next(), 0) : made.place(link.id(), link.from() + link.bytes()),
                        link);
            }
        }
        made.spans.sort(Span.ORDER);
        return made;
    }

    private void add(Place start, Place end, Link link) {
        if (start.compareTo(end) < 0) {
            spans.add(new Span(start, end, link));
        }
    }

    /** An incarnation's numbers may begin anew: each goes on where its parent was left. */
    private void number() {
        long offset = 0;
        for (Branch branch : lineage.branches()) {
            offsets.putIfAbsent(branch.parent(), offset);
            offset += Objects.requireNonNull(branch.lastOfParent()) + 1 - Objects.requireNonNull(branch.firstOwn());
        }
        offsets.put(lineage.target(), offset);
    }

    private Place place(JournalId id, long from) {
        return new Place(id.sequence() + offsets.getOrDefault(id.incarnation(), 0L), from);
    }

    /** Where the journals that bring a backup forward begin; null where that isn't known, or isn't on this path. */
    @Nullable
    Place entry(Base base, boolean positions) {
        Base.Entry entry = Objects.requireNonNull(base.entry());
        if (!lineage.has(entry.incarnation())) {
            return null;
        }
        Branch off = lineage.off(entry.incarnation());
        if (positions) {
            LogPosition at = Objects.requireNonNull(entry.position());
            LogPosition consistent = entry.consistentAt();
            LogPosition reached = consistent == null ? at : consistent;
            LogPosition end = off == null ? null : off.at();
            boolean comparable = end == null || reached.isComparable(end);
            return !comparable || (end != null && reached.isAfter(end)) ? null : new Place(at.value(), 0);
        }
        JournalOffset offset = entry.offset();
        LogPosition left = off == null ? null : off.at();
        if (offset != null && (off == null || left != null)) {
            boolean beyond = left != null && offset.position().isAfter(left);
            return beyond ? null : place(new JournalId(entry.incarnation(), offset.journal()), 0);
        }
        Long sequence = entry.sequence();
        if (sequence == null) {
            return byTime(base, entry.incarnation());
        }
        return isLeftBefore(off, sequence) ? null : place(new JournalId(entry.incarnation(), sequence), 0);
    }

    /** Of a backup made while the journal was current in which the path leaves, nobody can tell whether it is of the path. */
    private static boolean isLeftBefore(@Nullable Branch off, long sequence) {
        Long left = off == null ? null : off.lastOfParent();
        return left != null && sequence >= left;
    }

    /**
     * The first journal that isn't older than the backup, by the clock of the source or by the order in which the catalog got them,
     * whichever is earlier: clocks are set back. The one before it has to be there and older, since else that one might be needed.
     */
    private @Nullable Place byTime(Base base, long incarnation) {
        List<Span> own = spans.stream()
                .filter(each -> each.link().id().incarnation() == incarnation)
                .toList();
        OptionalInt first = java.util.stream.IntStream.range(0, own.size())
                .filter(i -> own.get(i).link().closed().isAfter(base.point())
                        || Objects.requireNonNull(own.get(i).link().image()).backup() > base.backup())
                .findFirst();
        if (first.isEmpty() || first.getAsInt() == 0) {
            return null;
        }
        Span needed = own.get(first.getAsInt());
        if (lineage.off(incarnation) != null && !isOfPath(base, own)) {
            return null;
        }
        return own.get(first.getAsInt() - 1).end().equals(needed.start()) ? needed.start() : null;
    }

    /** Whether a journal that the path has as a whole was closed after the backup. */
    private boolean isOfPath(Base base, List<Span> own) {
        return own.stream()
                .map(Span::link)
                .anyMatch(each -> each.closed().isAfter(base.point())
                        && Objects.requireNonNull(each.image()).backup() > base.backup()
                        && !isLeftBefore(
                                lineage.off(each.id().incarnation()), each.id().sequence()));
    }
}
