package io.saddlebag.recoverability;

import io.saddlebag.recoverability.Runs.Run;
import io.saddlebag.recoverability.Spans.Place;
import io.saddlebag.recovery.LogPosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Works out to which points something can be recovered (C11). Pure. What isn't known counts against it: a recovery may turn out to
 * reach further, never less far.
 */
final class Intervals {
    private final Known known;
    private final Without without;
    private final List<Base> bases;

    private Intervals(Known known, Without without) {
        this.known = known;
        this.without = without;
        this.bases = known.bases().stream()
                .filter(base -> base.isReadable(without))
                .sorted(Comparator.comparing(Base::point).thenComparing(Base::backup))
                .toList();
    }

    /** By incarnation, then by time; those of one incarnation have no instant in common. */
    static List<Interval> of(Known known, Without without) {
        Intervals work = new Intervals(known, without);
        TreeSet<Long> incarnations = new TreeSet<>();
        work.bases.forEach(base -> incarnations.add(incarnation(base)));
        if (known.kind() == Known.Kind.DATABASE) {
            known.chain().forEach(link -> incarnations.add(link.id().incarnation()));
        }
        List<Interval> all = new ArrayList<>();
        for (long each : incarnations) {
            all.addAll(work.merged(work.to(each)));
        }
        return all;
    }

    private static long incarnation(Base base) {
        Base.Entry entry = base.entry();
        return entry == null ? 0 : entry.incarnation();
    }

    /** What one backup brings forward in one incarnation. */
    private record Stretch(
            long incarnation,
            Base base,
            Instant from,
            Instant to,
            @Nullable LogPosition fromPosition,
            @Nullable Run run,
            int first) {
        int journals() {
            Run row = run;
            return row == null
                    ? 0
                    : (int) row.spans().subList(first, row.spans().size()).stream()
                            .filter(span -> span.link().id().incarnation() == incarnation)
                            .count();
        }

        @Nullable
        Link last() {
            Run row = run;
            for (int i = row == null ? -1 : row.spans().size() - 1; row != null && i >= first; i--) {
                Link link = row.spans().get(i).link();
                if (link.id().incarnation() == incarnation) {
                    return link;
                }
            }
            return null;
        }
    }

    private List<Stretch> to(long incarnation) {
        List<Stretch> all = new ArrayList<>();
        boolean extents = known.chain().stream().anyMatch(Link::hasExtent);
        @Nullable Spans byPosition = extents ? Spans.byPosition(known, incarnation, without) : null;
        Spans byNumber = Spans.byNumber(known, incarnation, without);
        @Nullable Runs runsByPosition = byPosition == null ? null : new Runs(byPosition.all());
        Runs runsByNumber = new Runs(byNumber.all());
        for (Base base : bases) {
            Base.Entry entry = base.entry();
            if (entry == null) {
                if (incarnation == 0) {
                    all.add(new Stretch(0, base, base.point(), base.point(), null, null, 0));
                }
            } else if (byPosition != null && runsByPosition != null && entry.position() != null) {
                add(all, incarnation, base, entry, byPosition.entry(base, true), runsByPosition);
            } else {
                add(all, incarnation, base, entry, byNumber.entry(base, false), runsByNumber);
            }
        }
        return all;
    }

    private static void add(
            List<Stretch> all, long incarnation, Base base, Base.Entry entry, @Nullable Place at, Runs runs) {
        Run run = at == null ? null : runs.from(at);
        boolean own = entry.incarnation() == incarnation;
        int beyond = run == null || at == null ? 0 : run.beyond(at);
        int first = run == null ? 0 : run.firstOf(incarnation, beyond);
        boolean goesOn = run != null && first < run.spans().size();
        Instant from = base.point();
        LogPosition consistent = entry.consistentAt();
        if (consistent != null) {
            Instant reached = run == null ? null : consistent(run, beyond, consistent);
            if (reached == null) {
                return;
            }
            from = reached.isAfter(from) ? reached : from;
        }
        if (run != null && goesOn) {
            from = own ? from : run.latestBetween(beyond, first, from);
            Instant latest = run.latest(first);
            Instant to = latest.isAfter(from) ? latest : from;
            all.add(new Stretch(incarnation, base, from, to, own ? entry.position() : null, run, first));
        } else if (own) {
            all.add(new Stretch(incarnation, base, from, from, entry.position(), null, 0));
        }
    }

    /** When the journals had brought a backup to where it is consistent; null when they don't reach so far. */
    private static @Nullable Instant consistent(Run run, int beyond, LogPosition at) {
        Place wanted = new Place(at.value(), 0);
        if (run.end().compareTo(wanted) < 0) {
            return null;
        }
        int last = beyond;
        while (last < run.spans().size() && run.spans().get(last).end().compareTo(wanted) < 0) {
            last++;
        }
        return run.latestBetween(beyond, Math.min(last + 1, run.spans().size()), Instant.MIN);
    }

    private List<Interval> merged(List<Stretch> stretches) {
        stretches.sort(Comparator.comparing(Stretch::from)
                .thenComparing(each -> each.base().backup()));
        List<Interval> all = new ArrayList<>();
        List<Stretch> group = new ArrayList<>();
        Instant to = Instant.MIN;
        for (Stretch each : stretches) {
            if (!group.isEmpty() && each.from().isAfter(to)) {
                all.add(interval(group));
                group = new ArrayList<>();
                to = Instant.MIN;
            }
            group.add(each);
            to = each.to().isAfter(to) ? each.to() : to;
        }
        if (!group.isEmpty()) {
            all.add(interval(group));
        }
        return all;
    }

    private Interval interval(List<Stretch> group) {
        Stretch first = group.get(0);
        Stretch furthest = first;
        int journals = 0;
        List<Run> counted = new ArrayList<>();
        for (Stretch each : group) {
            boolean further =
                    each.to().isAfter(furthest.to()) || (each.to().equals(furthest.to()) && each.run() != null);
            furthest = further ? each : furthest;
            Run run = each.run();
            if (run != null && counted.stream().noneMatch(known -> known == run)) {
                counted.add(run);
                journals += each.journals();
            }
        }
        Link last = furthest.last();
        Run run = first.run();
        return new Interval(
                first.incarnation(),
                first.from(),
                furthest.to(),
                first.fromPosition(),
                last == null ? furthest.fromPosition() : position(last, first, furthest),
                run == null ? null : run.spans().get(first.first()).link().id().toString(),
                last == null ? null : last.id().toString(),
                journals,
                end(furthest, last),
                group.stream()
                        .map(each -> new Interval.Start(
                                each.base().backup(),
                                each.base().point(),
                                each.base().proof(),
                                each.base().provenAt()))
                        .toList());
    }

    private static @Nullable LogPosition position(Link last, Stretch first, Stretch furthest) {
        if (!last.hasExtent()) {
            return null;
        }
        Base.Entry entry = furthest.base().entry();
        LogPosition like = entry == null ? first.fromPosition() : entry.position();
        return new LogPosition(like == null ? LogPosition.Form.SCN : like.form(), last.end());
    }

    /** What is known of the journal behind the last one. */
    private Interval.End end(Stretch furthest, @Nullable Link last) {
        List<Link> own = known.chain().stream()
                .filter(link -> link.id().incarnation() == furthest.incarnation())
                .toList();
        Link next = last == null
                ? own.stream()
                        .filter(link -> link.image() != null && link.closed().isAfter(furthest.to()))
                        .findFirst()
                        .orElse(null)
                : own.stream()
                        .filter(link -> Link.ORDER.compare(link, last) > 0)
                        .findFirst()
                        .orElse(null);
        if (next == null) {
            return last != null && last.dependent() ? Interval.End.DEPENDENT : Interval.End.NEWEST;
        }
        if (last != null && !next.follows(last)) {
            return Interval.End.GAP;
        }
        if (next.broken()) {
            return Interval.End.BROKEN;
        }
        return next.image() == null || next.isReadable(without) ? Interval.End.GAP : Interval.End.UNREADABLE;
    }
}
