package io.saddlebag.recoverability;

/** Spans of time for people. */
final class Ages {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Ages() {}

    /** In the largest unit that fits twice, e.g. {@code 35 minutes}. */
    static String display(long seconds) {
        if (seconds >= 2 * DAY) {
            return seconds / DAY + " days";
        }
        if (seconds >= 2 * HOUR) {
            return seconds / HOUR + " hours";
        }
        if (seconds >= 2 * MINUTE) {
            return seconds / MINUTE + " minutes";
        }
        return seconds == 1 ? "1 second" : seconds + " seconds";
    }
}
