from chiso.indexsets.urls import editor, exchange, reissuing, sets

app_name = "indexsets"
urlpatterns = [*editor.urlpatterns, *exchange.urlpatterns, *sets.urlpatterns, *reissuing.urlpatterns]
