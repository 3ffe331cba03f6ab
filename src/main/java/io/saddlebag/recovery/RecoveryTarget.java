package io.saddlebag.recovery;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a recovery by journals is to end (R8, J20). */
public sealed interface RecoveryTarget {
    /** Complete: as far as there are journals. */
    static RecoveryTarget end() {
        return new End();
    }

    /** Whether it is the end of some journal, and nothing within one. */
    static boolean isEnd(RecoveryTarget target) {
        return target instanceof End || target instanceof Sequence;
    }

    /** As far as there are journals. */
    record End() implements RecoveryTarget {
        @Override
        public String toString() {
            return "the end of the journals";
        }
    }

    /** What was committed up to that instant, it included. */
    record Time(Instant instant) implements RecoveryTarget {
        @Override
        public String toString() {
            return instant.toString();
        }
    }

    /** What was written to the log before that place, and nothing of what is at it or behind. */
    record Position(LogPosition position) implements RecoveryTarget {
        @Override
        public String toString() {
            return "log position " + position;
        }
    }

    /**
     * As far as the journals up to that one go, it included.
     *
     * @param number of a journal, at least 0
     */
    record Sequence(long number) implements RecoveryTarget {
        public Sequence {
            if (number < 0) {
                throw new IllegalArgumentException("no journal has number " + number);
            }
        }

        @Override
        public String toString() {
            return "the end of journal " + number;
        }
    }

    /** As the database was when that name was given to its state. */
    record RestorePoint(String name) implements RecoveryTarget {
        /** Of PostgreSQL's names, in bytes. */
        private static final int LONGEST = 63;

        public RestorePoint {
            if (name.isBlank() || name.length() > LONGEST || name.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is not the name of a restore point: 1 to " + LONGEST + " printable characters");
            }
        }

        @Override
        public String toString() {
            return "restore point " + name;
        }
    }

    /**
     * What was committed before that transaction, and not it.
     *
     * @param id as the engine numbers them
     */
    record BeforeTransaction(long id) implements RecoveryTarget {
        public BeforeTransaction {
            if (id < 1) {
                throw new IllegalArgumentException("no transaction has number " + id);
            }
        }

        @Override
        public String toString() {
            return "before transaction " + id;
        }
    }

    /**
     * What was committed before that transaction of a MariaDB server, and not it.
     *
     * @param domain the first part of its name
     * @param server the second part
     * @param sequence the third part
     */
    record BeforeGtid(long domain, long server, long sequence) implements RecoveryTarget {
        private static final Pattern GTID = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,18})");

        /** Whether that is it. */
        public boolean is(long itsDomain, long itsServer, long itsSequence) {
            return domain == itsDomain && server == itsServer && sequence == itsSequence;
        }

        @Override
        public String toString() {
            return "before transaction " + domain + "-" + server + "-" + sequence;
        }
    }

    /**
     * Before a transaction, by its number or its GTID.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static RecoveryTarget before(String transaction) {
        Matcher gtid = BeforeGtid.GTID.matcher(transaction);
        if (gtid.matches()) {
            return new BeforeGtid(
                    Long.parseLong(gtid.group(1)), Long.parseLong(gtid.group(2)), Long.parseLong(gtid.group(3)));
        }
        try {
            return new BeforeTransaction(Long.parseLong(transaction));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + transaction + "' is no transaction; valid is a number, or a GTID such as 0-1-57", e);
        }
    }
}
