package io.saddlebag.job;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Where the transcripts of all jobs are (S10). Thread-safe, also across processes; one process writes a job's. */
public interface Transcripts {
    /** Opens the job's transcript for appending; what is in it stays. */
    Transcript open(JobName job) throws IOException;

    /**
     * Reads on, for one who follows a job that runs: whole lines only, a bounded number of them.
     *
     * @param fromByte 0, or what the page before said
     * @return without lines when there is no more yet, also when there is no transcript
     */
    Page read(JobName job, long fromByte) throws IOException;

    /**
     * All lines so far, read as they are asked for.
     *
     * @throws java.io.UncheckedIOException while reading
     */
    default Stream<String> lines(JobName job) throws IOException {
        Iterator<String> lines = new PagedLines(this, job, read(job, 0));
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(lines, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    /** @param nextByte where to read on */
    record Page(List<String> lines, long nextByte) {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** Lines of page after page. */
    final class PagedLines implements Iterator<String> {
        private final Transcripts transcripts;
        private final JobName job;
        private Page page;
        private int next;

        private PagedLines(Transcripts transcripts, JobName job, Page first) {
            this.transcripts = transcripts;
            this.job = job;
            this.page = first;
        }

        @Override
        public boolean hasNext() {
            if (next >= page.lines().size() && !page.lines().isEmpty()) {
                try {
                    page = transcripts.read(job, page.nextByte());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                next = 0;
            }
            return next < page.lines().size();
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the transcript has no more lines");
            }
            return page.lines().get(next++);
        }
    }
}
