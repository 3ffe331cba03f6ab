package io.saddlebag.camel.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.folder.local.LocalRouteFiles;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.component.timer.TimerComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.impl.SchedulerRepository;

/** A dry run sees what the running context has, and leaves it alone. */
@Tag("W19")
class MirrorContextsTest {
    @TempDir
    Path root;

    private final DefaultCamelContext live = new DefaultCamelContext();

    @BeforeEach
    void start() {
        live.start();
    }

    @AfterEach
    void stop() {
        live.stop();
    }

    private static final class Aware implements Processor, CamelContextAware {
        private CamelContext context;

        @Override
        public void process(Exchange exchange) {}

        @Override
        public CamelContext getCamelContext() {
            return context;
        }

        @Override
        public void setCamelContext(CamelContext context) {
            this.context = context;
        }
    }

    @Test
    void beans_properties_and_component_options_are_those_of_the_running_context() throws Exception {
        Aware aware = new Aware();
        live.getRegistry().bind("aware", aware);
        Properties properties = new Properties();
        properties.put("every", "5000");
        live.getPropertiesComponent().setInitialProperties(properties);
        live.addComponent("clock", new TimerComponent());
        live.getComponent("clock", TimerComponent.class).setBridgeErrorHandler(true);
        Folder folder = Folder.with(root);
        folder.put("a.yaml", """
                - route:
                    id: a
                    from:
                      uri: "clock:t?period={{every}}"
                      steps:
                        - process: { ref: aware }
                """);

        assertThat(new RouteLint(MirrorContexts.of(live), new LocalRouteFiles()).lint(root))
                .isEmpty();
        assertThat(aware.getCamelContext()).isSameAs(live);
        assertThat(live.getRoutes()).isEmpty();
        CamelContext scratch = MirrorContexts.of(live).create();
        TimerComponent copy = scratch.getComponent("clock", TimerComponent.class);
        assertThat(copy).isNotSameAs(live.getComponent("clock"));
        assertThat(copy.isBridgeErrorHandler()).isTrue();
        scratch.stop();
    }

    @Test
    @Tag("W17")
    void the_scheduler_of_the_running_context_gets_no_job_and_no_other_is_made() throws Exception {
        live.getComponent("quartz", QuartzComponent.class).start();
        int schedulers = SchedulerRepository.getInstance().lookupAll().size();
        Folder.with(root).put("a.yaml", """
                        - route:
                            id: a
                            from:
                              uri: "quartz:n?stateful=true&cron=0/1+*+*+*+*+?"
                              steps:
                                - log: "x"
                        """);

        assertThat(new RouteLint(MirrorContexts.of(live), new LocalRouteFiles()).lint(root))
                .isEmpty();

        assertThat(SchedulerRepository.getInstance().lookupAll()).hasSize(schedulers);
        assertThat(live.getComponent("quartz", QuartzComponent.class)
                        .getScheduler()
                        .getJobKeys(org.quartz.impl.matchers.GroupMatcher.anyGroup()))
                .isEmpty();
    }
}
