package io.saddlebag.camel.job;

import io.saddlebag.camel.node.SaddlebagEndpoint;
import io.saddlebag.camel.node.SaddlebagHeaders;
import io.saddlebag.job.JobName;
import io.saddlebag.job.OperatorRequest;
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
            enums = "begin,end,list,show,transcript,requests,reply",
            description =
                    "What to do. begin makes a job and binds it to the exchange; end ends it and fails when the job"
                            + " failed; list, show and transcript set the body to the jobs, one job, or its transcript's lines."
                            + " requests sets it to what jobs wait for from people, and reply answers such a request.")
    @Metadata(required = true)
    private @Nullable JobAction action;

    @UriParam(
            label = "begin",
            description = "What is done, e.g. backup orders. Two jobs of one task never run at once. Needed by begin.")
    private @Nullable String task;

    @UriParam(
            label = "begin,reply",
            description =
                    "Who asks; the job is then named user/number. Without it the job is a scheduled one. With reply: who"
                            + " answers.")
    private @Nullable String user;

    @UriParam(
            label = "begin",
            enums = "skip,wait",
            defaultValue = "skip",
            description = "When a job of the same task is running: skip ends the route there with header"
                    + " CamelSaddlebagSkipped, wait begins when that job has ended.")
    private Overlap overlap = Overlap.SKIP;

    @UriParam(
            label = "show,reply",
            description = "The job, e.g. 15 or admin/15; else the exchange's own. Needed by reply.")
    private @Nullable String job;

    @UriParam(
            label = "show",
            defaultValue = "" + DEFAULT_LIMIT,
            description = "How many jobs or transcript lines at most; the newest.")
    private int limit = DEFAULT_LIMIT;

    @UriParam(
            label = "reply",
            enums = "retry,accept,abort",
            description =
                    "The answer. retry: look again; where a label is in question, pass this volume over. accept: take the volume"
                            + " in spite of its label. abort: the job fails. Needed by reply.")
    private OperatorRequest.@Nullable Reply reply;

    @UriParam(label = "reply", description = "Which request, when the job waits for several.")
    private @Nullable Integer request;

    public JobEndpoint(String uri, JobComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return switch (Objects.requireNonNull(action)) {
            case BEGIN -> new JobBeginProducer(this);
            case END -> new JobEndProducer(this);
            case LIST, SHOW, TRANSCRIPT, REQUESTS -> new JobQueryProducer(this);
            case REPLY -> new JobReplyProducer(this);
        };
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        if (action == JobAction.BEGIN && (task == null || task.isBlank())) {
            throw lacks("task", "job:begin?task=backup orders");
        }
        if (action == JobAction.REPLY && (reply == null || job == null)) {
            throw lacks(job == null ? "job" : "reply", "job:reply?job=15&reply=retry");
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

    public OperatorRequest.@Nullable Reply getReply() {
        return reply;
    }

    public void setReply(OperatorRequest.@Nullable Reply reply) {
        this.reply = reply;
    }

    public @Nullable Integer getRequest() {
        return request;
    }

    public void setRequest(@Nullable Integer request) {
        this.request = request;
    }
}
