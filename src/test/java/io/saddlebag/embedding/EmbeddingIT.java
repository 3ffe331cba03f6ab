package io.saddlebag.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.job.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The built jar in host applications: in each, a whole backup is made by a route. */
@Tag("E2")
class EmbeddingIT {
    // a guard may still be writing its record when the test has ended
    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    @Tag("E3")
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void backs_up_in_camel_main_and_opens_no_port() throws Exception {
        Site site = Site.in(folder, "orders");
        Files.writeString(site.home().resolve("application.properties"), """
                camel.main.routesIncludePattern=file:%s
                camel.component.tape.lazyStartProducer=true
                saddlebag.home=%s
                """.formatted(site.routeFile(), site.home()));
        List<Path> classPath = new ArrayList<>(List.of(site.home()));
        classPath.addAll(HostLibraries.standalone());

        try (HostProcess host = HostProcess.start(site.home(), classPath, "org.apache.camel.main.Main")) {
            host.awaitLine(Site.DONE + "completed nightly-000001");
            assertThat(host.listening()).as(host.output()).isEmpty();
        }
        site.assertBackedUpOnce();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void backs_up_in_spring_boot_with_the_versions_that_spring_boot_manages() throws Exception {
        List<Path> classPath = HostLibraries.project("spring-boot");
        assertThat(classPath)
                .extracting(jar -> jar.getFileName().toString())
                .contains("HikariCP-6.3.3.jar", "flyway-core-11.7.2.jar");
        Site site = Site.in(folder, "orders");
        Files.writeString(site.home().resolve("application.properties"), """
                camel.main.run-controller=true
                camel.main.routes-include-pattern=file:%s
                saddlebag.home=%s
                """.formatted(site.routeFile(), site.home()));

        try (HostProcess host = HostProcess.start(site.home(), classPath, "embedding.Application")) {
            host.awaitLine(Site.DONE + "completed nightly-000001");
            assertThat(host.listening()).as(host.output()).isEmpty();
        }
        site.assertBackedUpOnce();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void backs_up_in_the_camel_command_line() throws Exception {
        List<Path> classPath = HostLibraries.project("camel-cli");
        Site site = Site.in(folder, "orders");

        try (HostProcess host = HostProcess.start(
                site.home(),
                classPath,
                "embedding.CamelCommand",
                "run",
                site.routeFile().toString(),
                "--property=saddlebag.home=" + site.home(),
                "--logging-color=false")) {
            // it fetches some more by itself, whatever is there already
            host.awaitLine(Site.DONE + "completed nightly-000001", "DownloadException");
        }
        site.assertBackedUpOnce();
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void contexts_in_one_process_back_up_side_by_side_and_don_t_see_each_other() throws Exception {
        Site orders = Site.in(folder.resolve("one"), "orders");
        Site ledger = Site.in(folder.resolve("two"), "ledger");
        try (DefaultCamelContext one = context(orders);
                DefaultCamelContext two = context(ledger)) {
            CompletableFuture<Exchange> first = backUp(one);
            CompletableFuture<Exchange> second = backUp(two);

            assertThat(first.get().getException()).isNull();
            assertThat(second.get().getException()).isNull();
            assertThat(tasks(one)).containsExactly("backup orders");
            assertThat(tasks(two)).containsExactly("backup ledger");

            one.stop();
            assertThat(tasks(two)).containsExactly("backup ledger");
        }
        orders.assertBackedUpOnce();
        ledger.assertBackedUpOnce();
    }

    @Test
    @Tag("E3")
    void the_jar_has_what_camel_s_tools_look_for_and_nothing_that_configures_the_host() throws Exception {
        Path jar = HostLibraries.standalone().stream()
                .filter(each -> each.getFileName().toString().startsWith("saddlebag-"))
                .findFirst()
                .orElseThrow();
        try (JarFile built = new JarFile(jar.toFile())) {
            Properties announced = new Properties();
            ZipEntry entry = built.getEntry("META-INF/services/org/apache/camel/component.properties");
            announced.load(built.getInputStream(entry));
            List<String> schemes = List.of(announced.getProperty("components").split(" "));
            assertThat(schemes)
                    .containsExactlyInAnyOrder(
                            "backup",
                            "image",
                            "restore",
                            "tape",
                            "pool",
                            "library",
                            "database",
                            "snapshot",
                            "catalog",
                            "job",
                            "group",
                            "journal",
                            "piece",
                            "recover");
            assertThat(announced.getProperty("version")).doesNotContain("$");

            List<String> entries = built.stream().map(ZipEntry::getName).toList();
            for (String scheme : schemes) {
                assertThat(entries).contains(partsOf(scheme));
            }
            assertThat(entries)
                    .noneMatch(name -> name.matches("(logback|log4j|application|simplelogger)[^/]*")
                            || name.startsWith("META-INF/services/org.slf4j"));
        }
        assertThat(HostLibraries.asked())
                .contains("slf4j-api")
                .noneMatch(name -> name.matches("log(back|4j).*|slf4j-simple"));
    }

    private static String[] partsOf(String scheme) {
        String services = "META-INF/services/org/apache/camel/";
        String name =
                "io/saddlebag/camel/" + scheme + "/" + Character.toUpperCase(scheme.charAt(0)) + scheme.substring(1);
        return new String[] {
            "META-INF/io/saddlebag/camel/" + scheme + "/" + scheme + ".json",
            services + "component/" + scheme,
            services + "configurer/" + scheme + "-component",
            services + "configurer/" + scheme + "-endpoint",
            services + "urifactory/" + scheme + "-endpoint",
            name + "ComponentConfigurer.class",
            name + "EndpointConfigurer.class",
            name + "EndpointUriFactory.class"
        };
    }

    private static DefaultCamelContext context(Site site) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        Properties properties = new Properties();
        properties.setProperty("saddlebag.home", site.home().toString());
        context.getPropertiesComponent().setInitialProperties(properties);
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromString("backup.yaml", site.route("direct:backup")));
        context.start();
        return context;
    }

    private static CompletableFuture<Exchange> backUp(DefaultCamelContext context) {
        return context.createProducerTemplate().asyncSend("direct:backup", exchange -> {});
    }

    private static List<String> tasks(DefaultCamelContext context) {
        List<?> jobs = context.createProducerTemplate().requestBody("job:list", null, List.class);
        return jobs.stream().map(job -> ((Job) job).request().task()).toList();
    }
}
