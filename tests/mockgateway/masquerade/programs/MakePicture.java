import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

/** Make one picture at the live gateway; say how large it is. */
public class MakePicture {
    static final String URL = "https://gateway.pixazo.ai/z-image-base/v1/z-image-base-request";
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Ocp-Apim-Subscription-Key", "YOUR_SUBSCRIPTION_KEY");
    }

    static String in(String text, String pattern) {
        var found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) throw new IllegalStateException(text);
        return found.group(1);
    }

    public static void main(String[] words) throws Exception {
        var body = "{\"prompt\": \"A red bicycle\", \"image_size\": \"square_1_1\", \"output_format\": \"webp\"}";
        var submit = request(URL).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        var url = in(CLIENT.send(submit, BodyHandlers.ofString()).body(), "polling_url\": \"([^\"]+)");
        var told = "";
        while (!told.contains("COMPLETED")) {
            Thread.sleep(20);
            told = CLIENT.send(request(url).build(), BodyHandlers.ofString()).body();
        }
        var media = HttpRequest.newBuilder(URI.create(in(told, "media_url\": \\[\"([^\"]+)"))).build();
        System.out.println(CLIENT.send(media, BodyHandlers.ofByteArray()).body().length + " bytes");
    }
}
