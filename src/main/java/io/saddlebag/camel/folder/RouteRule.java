package io.saddlebag.camel.folder;

import io.saddlebag.fault.FaultCode;

/** What a file in the routes folder is checked for. The ids are stable (E10). */
public enum RouteRule implements FaultCode {
    YAML_SYNTAX("SBG-R001", Severity.ERROR),
    UNKNOWN_STEP("SBG-R002", Severity.ERROR),
    UNKNOWN_OPTION("SBG-R003", Severity.ERROR),
    INVALID_OPTION("SBG-R004", Severity.ERROR),
    UNKNOWN_SCHEME("SBG-R005", Severity.ERROR),
    MISSING_BEAN("SBG-R006", Severity.ERROR),
    CRON_MALFORMED("SBG-R007", Severity.ERROR),
    CRON_OUT_OF_RANGE("SBG-R008", Severity.ERROR),
    DUPLICATE_ID("SBG-R009", Severity.ERROR),
    /** a failure in such a route is only a line in the log */
    NO_ERROR_HANDLER("SBG-R010", Severity.ERROR),
    /** Camel loads such a route silently and without any error handling */
    UNKNOWN_CONFIGURATION("SBG-R011", Severity.ERROR),
    /** Quartz starts the next run beside one that takes longer than its interval (W18) */
    OVERLAPPING_SCHEDULE("SBG-R012", Severity.WARNING),
    /** Camel's default takes a file after its first line is written, and never again (W17) */
    NO_READ_LOCK("SBG-R013", Severity.ERROR),
    /** a script that failed or was ended by its timeout doesn't fail the route (W4) */
    NO_EXIT_VALUES("SBG-R014", Severity.ERROR),
    MISSING_PARAMETER("SBG-R015", Severity.ERROR),
    UNKNOWN_TEMPLATE("SBG-R016", Severity.ERROR),
    NO_ID("SBG-R017", Severity.WARNING),
    CANNOT_BUILD("SBG-R018", Severity.ERROR),
    CANNOT_START("SBG-R019", Severity.ERROR),
    UNREADABLE("SBG-R020", Severity.ERROR),
    BREAKS_OTHER_FILE("SBG-R021", Severity.ERROR),
    UNKNOWN_PROPERTY("SBG-R022", Severity.ERROR);

    private final String id;
    private final Severity severity;

    RouteRule(String id, Severity severity) {
        this.id = id;
        this.severity = severity;
    }

    @Override
    public String id() {
        return id;
    }

    public Severity severity() {
        return severity;
    }

    @Override
    public String effect() {
        return severity == Severity.ERROR
                ? "the file isn't taken, and what ran before goes on"
                : "the file is taken as it is";
    }
}
