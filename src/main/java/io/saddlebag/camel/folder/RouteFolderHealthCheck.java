package io.saddlebag.camel.folder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Down while a file of the folder is refused, or the folder can't be read; the details say which and why. */
final class RouteFolderHealthCheck implements HealthCheck {
    static final String ID = "saddlebag-routes";

    private final RouteFolder folder;
    private volatile boolean enabled = true;

    RouteFolderHealthCheck(RouteFolder folder) {
        this.folder = folder;
    }

    @Override
    public String getGroup() {
        return "saddlebag";
    }

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** A refused edit is no reason to restart the process: the version before it runs on. */
    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        Map<String, Object> details = new LinkedHashMap<>();
        String problem = folder.problem();
        if (!problem.isEmpty()) {
            details.put(folder.path().toString(), problem);
        }
        List<UnitState> states = folder.states();
        for (UnitState state : states) {
            if (state.status() == UnitStatus.REJECTED) {
                details.put(state.file().toString(), state.message());
            }
        }
        builder.details(details);
        if (details.isEmpty()) {
            return builder.up().build();
        }
        return builder.down()
                .message(
                        details.size() == 1
                                ? "1 file of routes is refused"
                                : details.size() + " files of routes are refused")
                .build();
    }
}
