import pandas as pd
import streamlit as st

st.title("Weather")
weather = pd.read_csv("weather.csv")
city = st.selectbox("City", sorted(weather.city.unique()))
st.line_chart(weather[weather.city == city], x="day", y="degrees")
st.caption(f"{len(weather)} days in all")
