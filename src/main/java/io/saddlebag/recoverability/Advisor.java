package io.saddlebag.recoverability;

import io.saddlebag.quantity.ByteCount;
import io.saddlebag.recovery.Medium;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds ways to repair a database (R13). Pure. */
final class Advisor {
    private final Known known;
    private final Without without;
    private final List<Interval> intervals;
    private final Rates rates;
    private final Instant now;
    private final Set<Repair> repairs;

    /** @param repairs what the engine of a database with journals can do */
    Advisor(Known known, Without without, Rates rates, Instant now, Set<Repair> repairs) {
        this.known = known;
        this.without = without;
        this.intervals = Intervals.of(known, without);
        this.rates = rates;
        this.now = now;
        this.repairs = Set.copyOf(repairs);
    }

    Advice about(Problem problem, @Nullable Instant at) {
        List<Advice.Way> ways = new ArrayList<>(
                switch (problem) {
                    case USER_ERROR -> userError(at);
                    case CORRUPT_BLOCK -> corruptBlock();
                    case MEDIA_FAILURE -> mediaFailure();
                });
        ways.sort(Comparator.comparing((Advice.Way way) -> way.obstacle() != null));
        return new Advice(known.name(), problem.display(), at, first(problem, at), ways);
    }

    private List<String> first(Problem problem, @Nullable Instant at) {
        List<String> first = new ArrayList<>(known.remarks());
        if (known.journaled()) {
            first.add(
                    problem == Problem.MEDIA_FAILURE
                            ? "if the journals at the source survived, back them up before anything else: then only transactions"
                                    + " that were not finished are lost"
                            : "back up the journals that are still at the source, so that all ways reach as far as can be");
        }
        if (problem == Problem.USER_ERROR) {
            first.add(
                    at == null
                            ? "find out when it happened and say so with --at: this advice is for one that happened just now"
                            : "stop what goes on changing the database, as long as it is to be recovered in place");
        }
        return first;
    }

    private List<Advice.Way> userError(@Nullable Instant at) {
        Instant wanted = (at == null ? now : at).minusMillis(1);
        List<Advice.Way> ways = new ArrayList<>();
        Reached reached = reach(wanted);
        String beside =
                "restore it beside the database, bring that copy forward to just before it happened, and take from there what"
                        + " was destroyed";
        String inPlace = "recover the database in place to just before it happened";
        if (reached == null) {
            ways.add(Advice.Way.closed(beside, "no backup of then or before can be read"));
            ways.add(Advice.Way.closed(inPlace, "no backup of then or before can be read"));
            return ways;
        }
        String shortBy = reached.to().isBefore(wanted) && reached.isShort()
                ? "what was committed from " + reached.to() + " until then"
                : "";
        ways.add(way(
                beside,
                reached,
                "of what was destroyed, "
                        + (shortBy.isEmpty()
                                ? "what was changed in it since"
                                : shortBy + ", and what was changed in it since")
                        + "; nothing of the rest",
                "saddlebag restore " + reached.base().backup() + " --to DIR"));
        if (can(Repair.ONE_DATABASE)) {
            ways.add(
                    0,
                    way(
                            "recover the one database in which it happened to just before that, while the others of the cluster stay"
                                    + " in use",
                            reached,
                            "in that database, " + committedAfter(reached.to())
                                    + ", which stays in the one that is kept aside; nothing of the others",
                            "saddlebag recover " + known.name() + " --database NAME --until-time " + reached.to()));
        }
        ways.add(way(inPlace, reached, committedAfter(reached.to()), command(reached, reached.to())));
        return ways;
    }

    private List<Advice.Way> corruptBlock() {
        List<Advice.Way> ways = new ArrayList<>();
        Reached newest = reach(Instant.MAX);
        ways.add(blocks(newest));
        String whole = "recover the whole database to now";
        if (newest == null) {
            ways.add(Advice.Way.closed(whole, "no backup of it can be read"));
            return ways;
        }
        ways.add(way(
                "restore it beside the database, bring that copy forward, and take the damaged parts from there while the rest"
                        + " stays in use",
                newest,
                "of the damaged parts, " + unfinished() + committedAfter(newest.to()) + "; nothing of the rest",
                "saddlebag restore " + newest.base().backup() + " --to DIR"));
        ways.add(way(whole, newest, unfinished() + committedAfter(newest.to()), command(newest, null)));
        return ways;
    }

    /** The journals at the source are needed, too, and are there as long as the database runs. */
    private Advice.Way blocks(@Nullable Reached newest) {
        String what =
                "replace the damaged blocks alone, from a backup and all journals up to now; the database is down while the"
                        + " journals are applied, and not while the backup is restored";
        if (!can(Repair.BLOCKS)) {
            return Advice.Way.closed(
                    what,
                    known.journaled()
                            ? "its engine's blocks can't be replaced one by one"
                            : "no journals of it are backed up");
        }
        if (newest == null) {
            return Advice.Way.closed(what, "no backup of it can be read");
        }
        if (!newest.isOpen()) {
            return Advice.Way.closed(what, "journals behind the last backup that can be read are lost");
        }
        return way(
                what,
                newest,
                "nothing, as long as the journals at the source are there",
                "saddlebag recover " + known.name() + " --block FILE:NUMBER");
    }

    private boolean can(Repair repair) {
        return known.journaled() && repairs.contains(repair);
    }

    private List<Advice.Way> mediaFailure() {
        List<Advice.Way> ways = new ArrayList<>();
        Reached newest = reach(Instant.MAX);
        if (newest == null) {
            ways.add(Advice.Way.closed("recover the whole database to now", "no backup of it can be read"));
            return ways;
        }
        String what = known.journaled()
                ? "recover the whole database to now, beginning with backup "
                : "restore the newest backup, ";
        ways.add(way(
                what + newest.base().backup() + " of " + newest.base().point(),
                newest,
                unfinished() + committedAfter(newest.to()),
                command(newest, null)));
        older(newest)
                .ifPresent(each -> ways.add(way(
                        "the same, beginning with the backup before it, "
                                + each.base().backup() + " of " + each.base().point()
                                + ", should that one turn out to be damaged",
                        each,
                        unfinished() + committedAfter(each.to()),
                        command(each, null))));
        return ways;
    }

    private String unfinished() {
        return known.journaled() ? "transactions that were not finished, and " : "";
    }

    private String committedAfter(Instant to) {
        long seconds = Math.max(0, Duration.between(to, now).toSeconds());
        return "what was committed after " + to + ", " + Ages.display(seconds) + " ago";
    }

    private String command(Reached reached, @Nullable Instant until) {
        return can(Repair.WHOLE)
                ? "saddlebag recover " + known.name() + (until == null ? "" : " --until-time " + until)
                : "saddlebag restore " + reached.base().backup() + " --database " + known.name();
    }

    /**
     * @param isShort whether it ends before what was wanted
     * @param isOpen whether nothing lost ends it
     */
    private record Reached(Base base, Instant to, boolean isShort, boolean isOpen) {}

    /** The newest state up to then; null when there is none. */
    private @Nullable Reached reach(Instant wanted) {
        // clocks are set back, and a recovery to now is one to the end of the newest incarnation
        Interval found = wanted.equals(Instant.MAX)
                ? intervals.stream()
                        .max(Comparator.comparing(Interval::incarnation).thenComparing(Interval::to))
                        .orElse(null)
                : intervals.stream()
                        .filter(each -> !each.from().isAfter(wanted))
                        .max(Comparator.comparing((Interval each) -> each.has(wanted))
                                .thenComparing(each -> each.has(wanted) ? Instant.MAX : each.to())
                                .thenComparing(Interval::incarnation))
                        .orElse(null);
        if (found == null) {
            return null;
        }
        Interval.Start start = found.bases().stream()
                .filter(each -> !each.point().isAfter(wanted))
                .max(Comparator.comparing(Interval.Start::point))
                .orElse(found.bases().get(0));
        boolean inside = found.has(wanted);
        return new Reached(
                base(start.backup()),
                inside ? wanted : found.to(),
                !inside,
                found.end() != Interval.End.GAP
                        && found.end() != Interval.End.BROKEN
                        && found.end() != Interval.End.UNREADABLE);
    }

    private Optional<Reached> older(Reached newest) {
        return intervals.stream()
                .flatMap(interval -> interval.bases().stream()
                        .filter(each -> each.point().isBefore(newest.base().point()))
                        .map(each -> new Reached(base(each.backup()), interval.to(), true, false)))
                .max(Comparator.comparing(Reached::to)
                        .thenComparing(each -> each.base().point()));
    }

    private Base base(long backup) {
        return known.bases().stream()
                .filter(each -> each.backup() == backup)
                .findFirst()
                .orElseThrow();
    }

    private Advice.Way way(String what, Reached reached, String lost, String command) {
        Estimate estimate = estimate(reached);
        return new Advice.Way(what, null, estimate.seconds(), estimate.from(), lost, command);
    }

    private record Estimate(long seconds, String from) {}

    private Estimate estimate(Reached reached) {
        Base base = reached.base();
        Medium medium = medium(base);
        Rates.Rate rate = rates.of(medium);
        long volumes = medium == Medium.TAPE ? volumes(base) : 0;
        List<Link> needed = known.chain().stream()
                .filter(link -> link.isReadable(without))
                .filter(link ->
                        link.closed().isAfter(base.point()) && !link.closed().isAfter(reached.to()))
                .toList();
        long journalBytes = needed.stream().mapToLong(Link::bytes).sum();
        long seconds = Rates.SECONDS_AROUND
                + rate.seconds(base.bytes())
                + volumes * Rates.SECONDS_A_VOLUME
                + new Rates.Rate(Rates.ASSUMED_JOURNAL_BYTES_A_SECOND, "").seconds(journalBytes);
        return new Estimate(
                seconds,
                ByteCount.of(base.bytes()) + " from " + medium.display() + " at " + rate
                        + (volumes == 0 ? "" : ", " + volumes + (volumes == 1 ? " volume" : " volumes") + " to load")
                        + (needed.isEmpty()
                                ? ""
                                : ", " + needed.size() + (needed.size() == 1 ? " journal of " : " journals of ")
                                        + ByteCount.of(journalBytes) + " to apply at "
                                        + new Rates.Rate(Rates.ASSUMED_JOURNAL_BYTES_A_SECOND, "")));
    }

    /** The slowest that one of its images has to be read from. */
    private Medium medium(Base base) {
        boolean disk = base.images().stream()
                .allMatch(image ->
                        image.copies().stream().anyMatch(copy -> copy.volumes().isEmpty() && copy.isReadable(without)));
        return disk ? Medium.DISK : Medium.TAPE;
    }

    private long volumes(Base base) {
        return base.images().stream()
                .flatMap(image -> image.copies().stream()
                        .filter(copy -> copy.isReadable(without))
                        .limit(1))
                .flatMap(copy -> copy.volumes().stream())
                .distinct()
                .count();
    }
}
