package io.saddlebag.job;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wish for a job (S1).
 *
 * @param task what is done, e.g. {@code backup orders}; two jobs of one task never run at once (W18)
 * @param user who asks on demand; null for a schedule (S2)
 * @param dependsOn jobs that must have completed before (S8)
 * @param facts further facts to keep with the job, never secret
 */
public record JobRequest(
        String task, JobKind kind, @Nullable String user, List<JobName> dependsOn, Map<String, String> facts) {
    public JobRequest {
        dependsOn = List.copyOf(dependsOn);
        facts = Map.copyOf(facts);
    }
}
