package io.saddlebag.camel.job;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.JobName;
import io.saddlebag.job.Overlap;
import java.util.Objects;
import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.jspecify.annotations.Nullable;

/**
 * Begins and ends backup jobs, and shows jobs.
 *
 * Between job:begin and job:end come the steps of a backup. However the exchange ends, the job ends with it: what was stopped is
 * started, and snapshots are released.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "job",
        title = "Saddlebag Job",
        syntax = "job:action",
        category = {Category.WORKFLOW, Category.MANAGEMENT},
        producerOnly = true,
        headersClass = SaddlebagHeaders.class)
public class JobEndpoint extends SaddlebagEndpoint {
    static final int DEFAULT_LIMIT = 1000;

    @UriPath(
            enums = "begin,end,list,show,transcript",
            description =
                    "What to do. begin makes a job and binds it to the exchange; end ends it and fails when the job"
                            + " failed; list, show and transcript set the body to the jobs, one job, or its transcript's lines.")
    @Metadata(required = true)
    private @Nullable JobAction action;

    @UriParam(
            label = "begin",
            description = "What is done, e.g. backup orders. Two jobs of one task never run at once. Needed by begin.")
    private @Nullable String task;

    @UriParam(
            label = "begin",
            description = "Who asks; the job is then named user/number. Without it the job is a scheduled one.")
    private @Nullable String user;

    @UriParam(
            label = "begin",
            enums = "skip,wait",
            defaultValue = "skip",
            description = "When a job of the same task is running: skip ends the route there with header"
                    + " CamelSaddlebagSkipped, wait begins when that job has ended.")
    private Overlap overlap = Overlap.SKIP;

    @UriParam(label = "show", description = "The job, e.g. 15 or admin/15; else the exchange's own.")
    private @Nullable String job;

    @UriParam(
            label = "show",
            defaultValue = "" + DEFAULT_LIMIT,
            description = "How many jobs or transcript lines at most; the newest.")
    private int limit = DEFAULT_LIMIT;

    public JobEndpoint(String uri, JobComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (Objects.requireNonNull(action)) {
            case BEGIN -> new JobBeginProducer(this);
            case END -> new JobEndProducer(this);
            case LIST, SHOW, TRANSCRIPT -> new JobQueryProducer(this);
        };
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (action == JobAction.BEGIN && (task == null || task.isBlank())) {
            throw lacks("task", "job:begin?task=backup orders");
        }
        if (limit < 1) {
            throw new IllegalArgumentException(getEndpointUri() + ": limit is a number from 1, not " + limit);
        }
        if (job != null) {
            new JobName(job);
        }
    }

    public @Nullable JobAction getAction() {
        return action;
    }

    public void setAction(JobAction action) {
        this.action = action;
    }

    public @Nullable String getTask() {
        return task;
    }

    public void setTask(@Nullable String task) {
        this.task = task;
    }

    public @Nullable String getUser() {
        return user;
    }

    public void setUser(@Nullable String user) {
        this.user = user;
    }

    public Overlap getOverlap() {
        return overlap;
    }

    public void setOverlap(Overlap overlap) {
        this.overlap = overlap;
    }

    public @Nullable String getJob() {
        return job;
    }

    public void setJob(@Nullable String job) {
        this.job = job;
    }

    public int getLimit() {
        return limit;
    }

    public void setLimit(int limit) {
        this.limit = limit;
    }
}
