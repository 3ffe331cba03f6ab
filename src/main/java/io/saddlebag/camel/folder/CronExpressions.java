package io.saddlebag.camel.folder;

import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import org.quartz.CronExpression;

/** Checks Quartz expressions, and their ranges, which Quartz itself doesn't. */
final class CronExpressions {
    private static final List<CronField> FIELDS = List.of(CronField.values());
    private static final int MIN_FIELDS = 6;
    private static final int MAX_FIELDS = 7;
    private static final String FORM =
            "Valid are 6 or 7 fields, seconds minutes hours day-of-month month day-of-week [year], one of the two days '?',"
                    + " such as '0 30 2 * * ?' for 02:30 each day.";

    /** What is wrong with an expression. */
    record Defect(RouteRule rule, String message, String hint) {}

    private CronExpressions() {}

    static Optional<Defect> check(String expression) {
        String[] fields = expression.strip().split("\\s+");
        if (fields.length < MIN_FIELDS || fields.length > MAX_FIELDS) {
            return Optional.of(new Defect(
                    RouteRule.CRON_MALFORMED,
                    "cron '" + expression + "' has " + fields.length + " fields instead of " + MIN_FIELDS + " or "
                            + MAX_FIELDS,
                    FORM));
        }
        for (int i = 0; i < fields.length; i++) {
            CronField field = FIELDS.get(i);
            Optional<String> bad = field.outOfRange(fields[i]);
            if (bad.isPresent()) {
                return Optional.of(new Defect(
                        RouteRule.CRON_OUT_OF_RANGE,
                        "cron '" + expression + "' has " + field.label() + " '" + bad.get() + "'",
                        "In a cron expression " + field.valid() + "; lists (,), ranges (-) and steps (/) of them."));
            }
        }
        try {
            new CronExpression(expression.strip());
            return Optional.empty();
        } catch (ParseException e) {
            return Optional.of(new Defect(
                    RouteRule.CRON_MALFORMED, "cron '" + expression + "' is malformed: " + e.getMessage(), FORM));
        }
    }
}
