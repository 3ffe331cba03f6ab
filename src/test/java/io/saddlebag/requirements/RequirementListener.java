package io.saddlebag.requirements;

import io.saddlebag.requirements.Observation.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the outcome of every test that is tagged with a requirement id to the file that the system property
 * {@code saddlebag.requirements.file} names; without the property (in an IDE) it does nothing.
 */
public final class RequirementListener implements TestExecutionListener {
    private final Queue<Observation> observations = new ConcurrentLinkedQueue<>();
    private volatile @Nullable TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public void executionSkipped(TestIdentifier skipped, String reason) {
        observeAllOf(skipped, Outcome.SKIPPED, reason);
    }

    @Override
    public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
        String reason = result.getThrowable().map(RequirementListener::reason).orElse("");
        switch (result.getStatus()) {
            case ABORTED -> observeAllOf(finished, Outcome.SKIPPED, reason);
            case FAILED -> observeAllOf(finished, Outcome.FAILED, reason);
            case SUCCESSFUL -> {
                // a container that went well says nothing: its tests speak for themselves
                if (finished.isTest()) {
                    observe(finished, Outcome.PASSED, "");
                }
            }
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan testPlan) {
        String file = System.getProperty("saddlebag.requirements.file");
        if (file == null) {
            return;
        }
        Path path = Path.of(file);
        try {
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.write(
                    path, observations.stream().map(Observation::line).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A skipped or failed container (class, parameterized method) takes with it all that was planned below. */
    private void observeAllOf(TestIdentifier identifier, Outcome outcome, String reason) {
        observe(identifier, outcome, reason);
        for (TestIdentifier child : plan().getChildren(identifier)) {
            observeAllOf(child, outcome, reason);
        }
    }

    private void observe(TestIdentifier identifier, Outcome outcome, String reason) {
        Optional<String> test = nameOf(identifier);
        if (test.isPresent()) {
            for (String id : idsOf(identifier)) {
                observations.add(new Observation(id, test.get(), outcome, reason));
            }
        }
    }

    private Set<String> idsOf(TestIdentifier identifier) {
        Set<String> ids = new TreeSet<>();
        Optional<TestIdentifier> at = Optional.of(identifier);
        while (at.isPresent()) {
            at.get().getTags().stream()
                    .map(TestTag::getName)
                    .filter(tag -> Observation.ID.matcher(tag).matches())
                    .forEach(ids::add);
            at = plan().getParent(at.get());
        }
        return ids;
    }

    /** The test method; for a dynamic test or an invocation, the method that made it; nothing for a class. */
    private Optional<String> nameOf(TestIdentifier identifier) {
        Optional<TestIdentifier> at = Optional.of(identifier);
        while (at.isPresent()) {
            if (at.get().getSource().orElse(null) instanceof MethodSource method) {
                String type = method.getClassName();
                return Optional.of(type.substring(type.lastIndexOf('.') + 1) + "." + method.getMethodName());
            }
            at = plan().getParent(at.get());
        }
        return Optional.empty();
    }

    private static String reason(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.toString() : message;
    }

    private TestPlan plan() {
        return Objects.requireNonNull(plan, "no test plan has begun");
    }
}
