package io.saddlebag.camel.journal;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Down while the journals' copy doesn't keep up (J27), also when the thread that copies hangs. */
final class JournalHealthCheck implements HealthCheck {
    private static final String ID = "saddlebag-journal-";

    private final String journals;
    private final Supplier<String> problem;
    private volatile boolean enabled = true;

    /** @param problem in words; empty for none */
    JournalHealthCheck(String journals, Supplier<String> problem) {
        this.journals = journals;
        this.problem = problem;
    }

    @Override
    public String getGroup() {
        return "saddlebag";
    }

    @Override
    public String getId() {
        return ID + journals;
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** Starting the process again doesn't mend a disk. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        String found = problem.get();
        return found.isEmpty()
                ? builder.up().build()
                : builder.down().message(found).build();
    }
}
